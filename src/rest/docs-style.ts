/**
 * The style sheet of the pages under `/docs` that do not use Swagger UI, served as `/docs/style.css`. The
 * color scheme, light or dark, follows the reader's system. The colors are those of Swagger UI.
 */

export const STYLE_SHEET = `:root {
  color-scheme: light dark;
  --text: #3b4151;
  --quiet: #60677a;
  --paper: #fafafa;
  --card: #fff;
  --line: #d8dde7;
  --link: #3b6fc9;
  --mark: #fff3c4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e4e6e6;
    --quiet: #a3aab8;
    --paper: #1c2022;
    --card: #252b2e;
    --line: #3d464b;
    --link: #8ab4f8;
    --mark: #4a4320;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto;
  max-width: 75rem;
  padding: 1.5rem 1.25rem 4rem;
  background: var(--paper);
  color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif;
}
a { color: var(--link); }
h1 { margin: 0.5rem 0 0; font-size: 2rem; }
p { max-width: 50rem; }
code { font-family: ui-monospace, 'SF Mono', Menlo, Consolas, monospace; font-size: 0.875em; white-space: nowrap; }
table { width: 100%; margin-top: 1.5rem; border-collapse: collapse; background: var(--card); }
th, td { padding: 0.5rem 0.75rem; border: 1px solid var(--line); text-align: left; vertical-align: top; }
th { position: sticky; top: 0; background: var(--card); color: var(--quiet); font-size: 0.875rem; }
tr:target { background: var(--mark); scroll-margin-top: 3rem; }
td a { color: inherit; text-decoration: none; }
td a:hover { text-decoration: underline; }
small { color: var(--quiet); line-height: 1.3; }
@media (max-width: 40rem) {
  thead { display: none; }
  tr, td { display: block; border: 0; }
  tr { padding: 0.75rem; border: 1px solid var(--line); }
  td { padding: 0.1rem 0; }
}
`
