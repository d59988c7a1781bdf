/* Loads the bridge into a page of the hub's own, with the token that the app put behind the # of its address. */
(() => {
  'use strict';

  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  const bridge = document.createElement('script');
  Object.assign(bridge.dataset, document.currentScript.dataset);
  if (token) bridge.dataset.token = token;
  bridge.src = '/bridge.js';
  document.head.append(bridge);
  addEventListener('DOMContentLoaded', () => {
    for (const link of document.querySelectorAll('a[href^="/"]')) link.hash = location.hash;
  });
})();
