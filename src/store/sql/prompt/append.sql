INSERT INTO prompt (id, hash, normal_form, import_file_id, line, record, metadata, text)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
