CREATE VIRTUAL TABLE IF NOT EXISTS prompt_search USING fts5 (
    text,
    content = '',
    contentless_delete = 1,
    tokenize = "unicode61 categories 'L* N* Co M*'"
)
