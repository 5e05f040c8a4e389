import module from 'node:module';

// An old Node has no such thing, and takes its time.
module.registerHooks?.({ resolve: resolveWithin });

/**
 * Node reads the `package.json` of a module's package anew for each of its modules. That of drizzle-orm is 180 KB, and a
 * start loads some hundred of its modules: so what they import of each other, which needs no look-up, is told right here.
 */
function resolveWithin(specifier, context, nextResolve) {
  const from = context.parentURL;
  const isWithin =
    /^\.\.?\/.*\.js$/.test(specifier) && from?.includes('/node_modules/drizzle-orm/');
  if (!isWithin) return nextResolve(specifier, context);
  return { url: new URL(specifier, from).href, format: 'module', shortCircuit: true };
}
