SELECT rules, indexed_to FROM search_index WHERE id = 1
