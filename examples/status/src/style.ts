import { createHash } from 'node:crypto';

const CSS = `
:root {
  color-scheme: light dark;
  --ground: #f4f5f3; --card: #ffffff; --line: #e1e4df; --ink: #1a211d; --soft: #5a655e;
  --link: #0b5fa5; --good: #0f7a57; --good-ground: #e0f3ea; --warn: #8a5200; --warn-ground: #fdf0d5;
  --bad: #b3242f; --bad-ground: #fde8e7; --track: #e6e9e4;
  --shadow: 0 1px 2px rgb(20 30 25 / .05), 0 4px 16px rgb(20 30 25 / .04);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #101412; --card: #181d1a; --line: #2a322d; --ink: #e7ece8; --soft: #9caaa1;
    --link: #7cc0f5; --good: #58d3a2; --good-ground: #12301f; --warn: #f2b95c; --warn-ground: #352611;
    --bad: #ff8d8a; --bad-ground: #3a1818; --track: #2a322d; --shadow: none;
  }
}
*, ::before, ::after { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2.5rem 1.25rem 3rem; max-width: 54rem; background: var(--ground);
  color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif;
  font-variant-numeric: tabular-nums;
}
h1, h2, p, dl, dd, ol { margin: 0; padding: 0; }
h1 { font-size: 1.25rem; letter-spacing: -.01em; }
small { font-size: .875rem; font-weight: 400; color: var(--soft); }
code { font: .875em/1.4 ui-monospace, "SF Mono", "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
a { color: var(--link); text-underline-offset: .2em; }
a:focus-visible, .scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 3px; border-radius: 4px; }
.top { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; justify-content: space-between; }
.release { color: var(--soft); font-size: .9375rem; overflow-wrap: anywhere; }
.release b { color: var(--ink); font-weight: 600; }
main { display: grid; gap: 1rem; margin: 1.25rem 0; grid-template-columns: minmax(0, 1fr); }
.hero { display: flex; gap: 1.25rem; align-items: center; padding: 1.75rem; border-radius: 16px; }
.hero h2 { font-size: clamp(1.5rem, 1.1rem + 2.2vw, 2.125rem); line-height: 1.2; letter-spacing: -.02em; }
.hero p { margin-top: .25rem; color: var(--ink); }
.hero.good { background: var(--good-ground); } .hero.good h2 { color: var(--good); }
.hero.warn { background: var(--warn-ground); } .hero.warn h2 { color: var(--warn); }
.hero.bad { background: var(--bad-ground); } .hero.bad h2 { color: var(--bad); }
.mark { flex: none; width: 3.5rem; height: 3.5rem; border-radius: 50%; fill: none; stroke: var(--card);
  stroke-width: 2.2; stroke-linecap: round; stroke-linejoin: round; }
.good .mark { background: var(--good); } .warn .mark { background: var(--warn); } .bad .mark { background: var(--bad); }
.notice { padding: .75rem 1rem; border-left: 4px solid var(--link); border-radius: 4px 12px 12px 4px; background: var(--card); box-shadow: var(--shadow); }
.tiles { display: grid; gap: 1rem; grid-template-columns: repeat(4, minmax(0, 1fr)); }
.tiles > div, .card { background: var(--card); border: 1px solid var(--line); border-radius: 14px; box-shadow: var(--shadow); }
.tiles > div { padding: 1rem 1.125rem; }
dt { color: var(--soft); font-size: .875rem; }
.tiles dd { font-size: 1.5rem; font-weight: 600; letter-spacing: -.01em; line-height: 1.35; }
meter { display: block; width: 100%; height: .375rem; margin-top: .375rem; border: 0; border-radius: 3px; background: var(--track); appearance: none; }
meter::-webkit-meter-inner-element { display: block; height: 100%; }
meter::-webkit-meter-bar { height: 100%; border: 0; border-radius: 3px; background: var(--track); }
meter::-webkit-meter-optimum-value { border-radius: 3px; background: var(--good); }
meter::-webkit-meter-suboptimum-value { border-radius: 3px; background: var(--warn); }
meter::-moz-meter-bar { border-radius: 3px; background: var(--good); }
.card { padding: 1.25rem 1.375rem; }
.card h2 { display: flex; gap: .625rem; align-items: baseline; margin-bottom: .75rem; font-size: 1.0625rem; }
.steps { list-style: none; }
.steps li { display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: baseline; justify-content: space-between;
  position: relative; padding: 0 0 1rem 1.75rem; }
.steps li:last-child { padding-bottom: 0; }
.steps li::before { content: ""; position: absolute; left: .25rem; top: .4rem; width: .75rem; height: .75rem;
  border-radius: 50%; border: 2px solid var(--good); background: var(--good); z-index: 1; }
.steps li.open::before { border-color: var(--warn); background: var(--card); }
.steps li:not(:last-child)::after { content: ""; position: absolute; left: .5625rem; top: .5rem; bottom: -.5rem; width: 2px; background: var(--line); }
.what b { font-weight: 600; } .what b::first-letter { text-transform: uppercase; } .what b { display: inline-block; }
.what code { display: block; color: var(--soft); font-size: .8125rem; }
.when { color: var(--soft); font-size: .9375rem; white-space: nowrap; }
.badge { padding: .0625rem .5rem; border-radius: 1rem; background: var(--warn-ground); color: var(--warn); font-size: .8125rem; font-weight: 500; }
.scroll { overflow-x: auto; margin: 0 -1.375rem; padding: 0 1.375rem; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
th { color: var(--soft); font-weight: 500; font-size: .875rem; }
th, td { padding: .5rem 1.25rem .5rem 0; text-align: left; white-space: nowrap; border-bottom: 1px solid var(--line); }
tbody tr:last-child td { border-bottom: 0; padding-bottom: 0; }
th:last-child, td:last-child { padding-right: 0; }
.pairs { display: grid; gap: .75rem 1.5rem; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); }
.pairs dd { overflow-wrap: anywhere; }
footer { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; justify-content: space-between; color: var(--soft); font-size: .9375rem; }
footer a + a { margin-left: 1rem; }
@media (max-width: 40rem) {
  body { padding: 1.25rem 1rem 2rem; }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .75rem; }
  .hero { padding: 1.25rem; gap: 1rem; } .mark { width: 2.75rem; height: 2.75rem; }
  th, td { padding-right: .75rem; } td code { white-space: normal; }
  main { gap: .75rem; } .card { padding: 1.125rem 1rem; } .scroll { margin: 0 -1rem; padding: 0 1rem; }
}
@media (prefers-contrast: more) { :root { --soft: var(--ink); --line: currentcolor; } }
`;

export const STYLE: string = CSS.trim();

/** For the page's content security policy: this style sheet and no other. */
export const STYLE_HASH: string = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`;
