// Which design tokens are needed: those named by a rule, and those that they are made of.
export function keepUsed(theme, style) {
  const values = new Map();
  for (const [, name, value] of theme.matchAll(/^\s*(--[\w-]+):\s*([^;]+);/gm)) values.set(name, value.trim());
  const named = (text) => [...text.matchAll(/var\(\s*(--[\w-]+)/g)].map((match) => match[1]);
  const ours = new Set([...style.matchAll(/(?:[{;])(--[\w-]+):/g)].map((match) => match[1]));
  const kept = new Set();
  const wanted = named(style);
  while (wanted.length) {
    const name = wanted.pop();
    if (kept.has(name) || ours.has(name) || !values.has(name)) continue;
    kept.add(name);
    wanted.push(...named(values.get(name)));
  }
  return `:root{${[...kept].sort().map((name) => `${name}:${values.get(name)}`).join(";")}}`;
}
