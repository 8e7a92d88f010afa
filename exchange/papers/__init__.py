"""Papers to print and sign, as PDF: `page` is the frame, its type and tables; each paper is a file of its own."""
