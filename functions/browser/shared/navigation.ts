/** Calls back when a single-page application shows another path. */
export const onNavigation = (navigated: () => void): void => {
  let path = location.pathname;
  const check = (): void => {
    if (path === location.pathname) return;
    path = location.pathname;
    navigated();
  };
  for (const name of ['pushState', 'replaceState'] as const) {
    const original = history[name];
    history[name] = (...args) => {
      original.apply(history, args);
      check();
    };
  }
  addEventListener('popstate', check);
};
