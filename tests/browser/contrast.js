// The least contrast between text and what is behind it (WCAG 2.2, 1.4.3), with the text that has it.
const channel = part => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
const parts = color => color.match(/[\d.]+/g).map(Number);
const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const behind = element => {
  for (let e = element; e; e = e.parentElement) {
    const color = parts(getComputedStyle(e).backgroundColor);
    if (color.length === 3 || color[3] === 1) return color;
  }
  return [255, 255, 255];
};
let least = [21, ''];
for (const element of document.body.querySelectorAll('*')) {
  const own = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
  if (!own || element.closest('title') || !element.getClientRects().length) continue;
  const style = getComputedStyle(element);
  const color = parts(element.closest('svg') ? style.fill : style.color);
  const [a, b] = [light(color), light(behind(element.closest('svg') ?? element))].sort((x, y) => y - x);
  const contrast = (a + 0.05) / (b + 0.05);
  if (contrast < least[0]) least = [contrast, `${element.tagName} ${element.className.baseVal ?? element.className}: ${element.textContent.slice(0, 40)}`];
}
return least;
