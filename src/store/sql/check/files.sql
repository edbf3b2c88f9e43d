SELECT id FROM import_file
