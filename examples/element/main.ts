import '@elsewhere/web/element';

const element = document.querySelector('virtual-background');

element?.addEventListener('error', (event) => console.error(event));
element?.addEventListener('trackchange', () => {
  // What is to be sent: element.track
});
