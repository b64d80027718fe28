export { openBrowser as openInBrowser } from '../host/open-browser.ts';
