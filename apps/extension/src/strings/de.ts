import { GALLERY_TITLES } from '@elsewhere/gallery';
import type { Strings } from './en.js';

/** All texts of the extension's pages in German. */
export const de: Strings = {
  popup: {
    site: (site) => `Ein auf ${site}`,
    noSite: 'Öffne in diesem Tab ein Meeting, um Elsewhere dort einzuschalten.',
    reload: 'Lade die Seite neu, um zu beginnen.',
    reloadNow: 'Neu laden',
    offHint: 'Aus: Ein laufender Anruf zeigt dein Kamerabild unverändert.',
    hide: 'Mich sofort verbergen',
    show: 'Mich wieder zeigen',
    hiddenHint: 'Nur dein Hintergrund ist zu sehen.',
    preview: 'Vorschau',
    previewOf: { call: 'Dein Anruf', camera: 'Deine Kamera', drawn: 'Vorführung' },
    tryCamera: 'Vorschau mit deiner Kamera',
    backgrounds: 'Hintergründe',
    lightBlur: 'Leichte Weich\u00adzeichnung',
    strongBlur: 'Starke Weich\u00adzeichnung',
    strength: 'Stärke der Weichzeichnung',
    own: 'Eigene',
    add: 'Bild hinzufügen',
    remove: (name) => `${name} entfernen`,
    unreadable: (name) =>
      `${name} lässt sich nicht lesen: Es ist kein Bild, das dieser Browser kennt. Versuche JPEG, PNG oder WebP.`,
    full: 'Für ein weiteres Bild ist kein Platz: Entferne zuerst eines.',
    colors: 'Einfarbig',
    color: (color) => `Farbe ${color}`,
    quality: 'Qualität',
    qualities: {
      auto: 'Automatisch',
      highest: 'Sehr hoch',
      high: 'Hoch',
      medium: 'Mittel',
      low: 'Niedrig',
      lowest: 'Energiesparen',
    },
    camera: 'Kamera',
    pageChooses: 'Von der Seite gewählt',
    sites: 'Websites',
    sitesHint: 'Elsewhere sieht nur die Websites, auf denen du es einschaltest.',
    shortcuts: 'Tastenkürzel lassen sich in den Erweiterungseinstellungen des Browsers ändern.',
    private: 'Alles geschieht auf diesem Gerät.',
  },
  camera: {
    title: 'Vorschau mit deiner Kamera',
    why: 'Elsewhere fragt einmal nach deiner Kamera, um dir die Vorschau zu zeigen und deine Kameras aufzulisten. In Meetings fragt wie immer die Seite des Meetings.',
    allow: 'Kamera erlauben',
    allowed: 'Fertig. Schließ diesen Tab und öffne Elsewhere noch einmal.',
    denied:
      'Die Kamera ist für Elsewhere blockiert. Klick auf die Kamera oder das Schloss in der Adresszeile, erlaube sie und versuch es noch einmal.',
    missing: 'Hier ist keine Kamera. Schließ eine an und versuch es noch einmal.',
  },
  drawnBackgrounds: GALLERY_TITLES.de,
};
