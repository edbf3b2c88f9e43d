SELECT length(text), octet_length(text) FROM prompt
