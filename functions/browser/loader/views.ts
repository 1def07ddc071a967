import { onNavigation } from '../shared/navigation.ts';
import { type Run, VIEW } from './call.ts';

/** Notes the page that is shown now, and after each navigation. */
export const followViews = (run: Run): void => {
  const view = (): void => run([VIEW, [location.href, document.referrer], Date.now()]);
  view();
  onNavigation(view);
  // The page comes back from the back/forward cache: for the visitor it is loaded again.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) view();
  });
};
