// What stands in the sections of the page, in the shape of the JSON report: rows by the names of their columns.
const value = cell => {
  const exact = cell.querySelector('data, time');
  if (exact && exact.tagName === 'DATA') return { exact: Number(exact.value), shown: exact.textContent };
  return { text: exact ? exact.dateTime : cell.textContent };
};
const pairs = list => Object.fromEntries([...list.children].map(pair =>
  [pair.querySelector('dt').textContent, value(pair.querySelector('dd'))]));
const rows = section => {
  if (section.matches('p')) return [];
  if (section.matches('dl')) {
    return [...section.children].map(pair =>
      ({ what: value(pair.querySelector('dt')), number: value(pair.querySelector('dd')) }));
  }
  if (section.matches('ol')) {
    return [...section.children].map(item =>
      ({ ...pairs(item.querySelector('dl')), prompt: { text: item.querySelector('pre').textContent } }));
  }
  const columns = [...section.tHead.rows[0].cells].map(cell => cell.textContent);
  return [...section.tBodies[0].rows].map(row =>
    Object.fromEntries([...row.cells].map((cell, index) => [columns[index], value(cell)])));
};
return Object.fromEntries([...document.querySelectorAll('[data-section]')].map(section =>
  [section.dataset.section, rows(section)]));
