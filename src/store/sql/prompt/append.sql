INSERT INTO prompt (id, hash, normal_form, import_file_id, line, record, metadata, text)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
