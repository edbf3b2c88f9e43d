SELECT prompt_id, COUNT(*) FROM usage WHERE released = 0 GROUP BY prompt_id
