SELECT template.name, CAST(SUM(template_made.made) AS INTEGER),
    (SELECT COUNT(*) FROM generated WHERE generated.template_id = template.id)
        + (SELECT COUNT(*) FROM removed WHERE removed.template_id = template.id) AS there
FROM template
JOIN template_made ON template_made.template_id = template.id
GROUP BY template.id, template.name
HAVING SUM(template_made.made) <> (SELECT COUNT(*) FROM generated WHERE generated.template_id = template.id)
    + (SELECT COUNT(*) FROM removed WHERE removed.template_id = template.id)
ORDER BY template.id
