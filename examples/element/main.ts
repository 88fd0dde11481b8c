import '@elsewhere/web/element';

const element = document.querySelector('virtual-background');

element?.addEventListener('error', (event) => console.error(event));
element?.addEventListener('trackchange', () => {
  // element.track is the track to send.
});
