/**
 * Loads the modules of the server and of its threads once, so that Node keeps them compiled (`compileCache`). Run beside
 * the first build of the portal: the first start is then as quick and as small as the others.
 */
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const load = (module) => import(new URL(`../${module}`, import.meta.url).href);

// A thread's module fails outside its thread; by then it is compiled.
for (const module of globSync('packages/wms-core/src/**/*.worker.ts', { cwd: root }))
  await load(module).catch(() => {});

// What the server loads only when it is needed: the demonstration's provider.
await load('apps/bff/src/auth/stand-in/stand-in-checkin.ts');

// There is no such mode, so it ends before it does anything.
process.env.WM_MODE = 'compiled';
await load('apps/bff/src/main.ts');
