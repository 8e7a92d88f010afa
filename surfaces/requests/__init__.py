"""Service requests (三单) as every surface shows them: forms, one page's contents, lists, the address of a notice."""
