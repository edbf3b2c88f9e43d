DROP TABLE IF EXISTS prompt_search
