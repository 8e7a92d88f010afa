"""服务承诺 on every surface: lists, one pledge, and the deeds that fit it."""
