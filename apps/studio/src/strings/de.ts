import { GALLERY_TITLES } from '@elsewhere/gallery';
import type { Strings } from './en.js';

/** All texts of the page in German. */
export const de: Strings = {
  close: 'Schließen',
  cancel: 'Abbrechen',
  copy: 'Kopieren',
  copied: 'Kopiert',
  tryAgain: 'Noch einmal versuchen',

  tabs: { label: 'Was tun', camera: 'Kamera', files: 'Datei', call: 'Anruf' },

  header: {
    appearance: 'Aussehen und Sprache',
    theme: 'Aussehen',
    themes: { system: 'Wie System', light: 'Hell', dark: 'Dunkel' },
    language: 'Sprache',
  },

  welcome: {
    title: 'Sieh dich anderswo',
    why: 'Schalte deine Kamera ein, um einen neuen Hintergrund auszuprobieren.',
    private: 'Alles geschieht auf diesem Gerät. Nichts wird irgendwohin gesendet.',
    start: 'Kamera einschalten',
    presenter: 'Gezeichnete Person nehmen',
    file: 'Videodatei nehmen',
    asking: 'Dein Browser fragt, ob diese Seite die Kamera benutzen darf. Wähle „Zulassen“.',
    loading: 'Wird vorbereitet …',
  },

  trouble: {
    denied: {
      title: 'Die Kamera ist für diese Seite gesperrt',
      what: 'Klicke in der Adresszeile auf die Kamera oder das Schloss, erlaube die Kamera und versuche es noch einmal. Oder mach ohne weiter.',
    },
    missing: {
      title: 'Hier ist keine Kamera',
      what: 'Schließe eine an, dann geht es von selbst los. Oder mach ohne weiter.',
    },
    busy: {
      title: 'Die Kamera wird gerade benutzt',
      what: 'Ein anderes Programm hat sie. Schalte sie dort aus und versuche es noch einmal, oder mach ohne weiter.',
    },
    insecure: {
      title: 'Kameras gehen nur auf sicheren Seiten',
      what: 'Öffne diese Seite über https oder auf localhost. Oder mach ohne Kamera weiter.',
    },
    failed: {
      title: 'Die Kamera ist nicht angegangen',
      what: 'Zieh sie ab und steck sie wieder ein, oder wähle eine andere. Oder mach ohne weiter.',
    },
    unplugged: {
      title: 'Die Kamera ist weg',
      what: 'Schließe sie wieder an, dann geht es von selbst weiter. Oder mach ohne weiter.',
    },
    unplayable: {
      title: 'Diese Datei lässt sich nicht abspielen',
      what: 'Dein Browser kann sie nicht dekodieren. MP4 (H.264) und WebM gehen überall.',
    },
  },

  errors: {
    engine: 'Hier lässt sich der Hintergrund nicht bearbeiten',
    UNSUPPORTED:
      'Diesem Browser fehlt etwas Nötiges. Ein aktueller Chrome, Edge, Firefox oder Safari hat es.',
    ASSET_MISSING: 'Ein Teil des Programms wurde nicht geladen. Prüfe die Verbindung und lade die Seite neu.',
    WASM_BLOCKED: 'Diese Seite darf kein WebAssembly ausführen. Wer sie bereitstellt, muss es erlauben.',
    WORKER_FAILED: 'Die Effekte brechen immer wieder ab. Schließe andere Apps und lade die Seite neu.',
    BACKGROUND_UNREADABLE: 'Dieses Bild oder Video ist nicht lesbar. Nimm ein anderes; das alte bleibt.',
    model: 'Das gewählte Netz konnte nicht geladen werden. Das Standardnetz wird verwendet.',
    GPU_UNAVAILABLE: 'Keine nutzbare GPU gefunden. Die CPU wird verwendet.',
    GPU_FAILED: 'Die GPU ist ausgefallen. Weiter auf der CPU.',
    other: 'Etwas Unvorhergesehenes ist schiefgegangen. Lade die Seite neu.',
  },

  panel: {
    label: 'Einstellungen',
    background: 'Hintergrund',
    picture: 'Bild',
    devices: 'Geräte',
    details: 'Details',
  },

  backgrounds: {
    camera: 'Kamerahintergrund',
    none: 'Kein Effekt',
    lightBlur: 'Leichte Weichzeichnung',
    strongBlur: 'Starke Weichzeichnung',
    bokeh: 'Bokeh',
    strength: 'Stärke der Weichzeichnung',
    plain: 'Schlicht',
    color: (color) => `Farbe ${color}`,
    own: 'Andere Farbe',
    green: 'Greenscreen',
    transparent: 'Transparent',
    drawn: 'Hintergründe',
    yours: 'Eigene',
    add: 'Hinzufügen',
    addHint: 'Bilder und Videos; zieh sie irgendwohin oder füge sie ein. Sie bleiben auf diesem Gerät.',
    keptElsewhere: (usual) =>
      `Elsewhere läuft gerade nicht unter seiner üblichen Adresse. Hintergründe und Einstellungen von ${usual} gibt es hier nicht.`,
    drop: 'Lass ein Bild oder Video los, um es als Hintergrund zu nehmen',
    remove: (name) => `${name} entfernen`,
    unreadable: (name) =>
      `${name} lässt sich weder als Bild noch als Video lesen. JPEG, PNG, WebP, MP4 und WebM gehen.`,
  },

  picture: {
    person: 'Du',
    mirror: 'Mein Bild spiegeln',
    reset: 'Zurücksetzen',
    follow: 'Automatischer Bildausschnitt',
    zoom: 'Zoom',
    brightness: 'Helligkeit',
    warmth: 'Wärme',
    edgeSoftness: 'Weiche Ränder',
    relighting: 'Lichtanpassung',
    lightWrap: 'Lichtsaum',
    colorMatch: 'Farben angleichen',
    imageOnly: 'Verfügbar mit Bildhintergründen.',
  },

  camera: {
    source: 'Quelle',
    device: 'Kamera',
    unnamed: (index) => `Kamera ${index}`,
    presenter: 'Gezeichnete Person',
    file: 'Videodatei …',
    resolution: 'Auflösung',
    frameRate: 'Bildrate',
    automatic: 'Automatisch',
    quality: 'Qualität',
    qualities: {
      auto: 'Automatisch',
      highest: 'Sehr hoch',
      high: 'Hoch',
      medium: 'Mittel',
      low: 'Niedrig',
      lowest: 'Energiesparen',
    },
  },

  details: {
    speed: 'Geschwindigkeit',
    framesPerSecond: 'Bilder je Sekunde',
    latency: 'Von der Kamera zum Bild',
    milliseconds: (value) => `${value.toFixed(1).replace('.', ',')} ms`,
    backend: 'Berechnung',
    backends: { auto: 'Automatisch', cpu: 'CPU', gpu: 'GPU' },
    quality: 'Aktuelle Qualität',
    limitedRate: (rate) => `höchstens ${rate} Bilder je Sekunde`,
    reducedSize: (scale) => `${Math.round(100 * scale)} % der Größe`,
    reason: 'Grund',
    reasons: {
      loading: 'Das zweite Netz wird noch geladen.',
      'platform-mask': 'Dein System erkennt dich selbst.',
      overload: 'Für mehr ist dieses Gerät zu ausgelastet.',
      headroom: 'Dieses Gerät hat Zeit übrig.',
    },
    dropped: 'Ausgelassene Bilder',
    placeholders: 'Platzhalter',
    strategy: 'Bilder reisen über',
    strategies: { 'window-streams': 'Ströme', 'worker-track': 'Spur im Worker', pump: 'Canvas' },
    memory: 'Speicher',
    nothing: 'Zahlen kommen mit dem Bild.',
    timings: {
      input: 'Bild einlesen',
      segmentation: 'Dich finden',
      matting: 'Ränder',
      background: 'Hintergrund',
      compositing: 'Zusammensetzen',
    },
    steps: 'Schritte zeigen',
    stepsHint:
      'Kamera, Segmentierung, Maske, Vordergrund, Hintergrund und Ergebnis. Auch die Ausgabe zeigt sie, einschließlich deines Kamerahintergrunds.',
    inside: 'Unter der Haube',
    model: 'Netz',
    models: { 'selfie-landscape': 'MediaPipe Selfie', 'deeplab-v3': 'DeepLab v3, wie im Artikel' },
  },

  files: {
    label: 'Aufnahmen',
    background: 'Hintergrund',
    title: 'Versetze eine Aufnahme anderswohin',
    what: 'Zieh Videos hierher oder wähle sie aus. Der Ton bleibt, wie er ist.',
    choose: 'Videos auswählen',
    more: 'Videos hinzufügen',
    private: 'Sie werden auf diesem Gerät umgewandelt. Nichts wird hochgeladen.',
    drop: 'Lass Aufnahmen los, um sie anderswohin zu versetzen',
    convert: 'Umwandeln',
    convertAll: (count) => `Alle ${count} umwandeln`,
    waiting: 'Kommt noch an die Reihe',
    progress: (name) => `${name} wird umgewandelt`,
    left: (seconds) =>
      seconds < 10
        ? 'noch ein paar Sekunden'
        : seconds < 90
          ? `noch etwa ${Math.round(seconds / 10) * 10} s`
          : `noch etwa ${Math.round(seconds / 60)} min`,
    done: (size) => `Fertig, ${size}`,
    download: 'Herunterladen',
    saveAs: (name) => `${name} sichern unter …`,
    saved: (name) => `Gesichert als ${name}.`,
    notSaved: (name) =>
      `${name} ließ sich dort nicht sichern. Wähle einen anderen Ordner oder lade die Datei herunter.`,
    again: (name) => `${name} noch einmal umwandeln`,
    remove: (name) => `${name} entfernen`,
    preview: (name) => `Wie ${name} aussehen wird`,
    noPreview: 'Diese Datei lässt sich nicht zeigen',
    noPreviewWhy: 'Dein Browser spielt sie nicht ab. Vielleicht kann er sie trotzdem umwandeln: Versuch es.',
    errors: {
      MEDIA_UNREADABLE:
        'Darin ist kein Video, das dieser Browser lesen kann. MP4 (H.264) und WebM gehen überall: Sichere es in einem davon.',
      MEDIA_TRUNCATED:
        'Die Datei endet vor der Zeit: Sie ist beschädigt oder wurde nicht zu Ende kopiert. Kopiere sie noch einmal.',
      BACKGROUND_UNREADABLE:
        'Der Hintergrund lässt sich nicht lesen. Wähle einen anderen und versuch es noch einmal.',
      UNSUPPORTED:
        'Dieser Browser kann keine Videos schreiben. Ein aktueller Chrome, Edge, Firefox oder Safari kann es.',
      ASSET_MISSING:
        'Ein Teil des Programms ließ sich nicht laden. Prüfe die Verbindung und versuch es noch einmal.',
      other:
        'Die Umwandlung ist fehlgeschlagen. Schließ andere Programme und versuch es noch einmal, oder entferne die Datei.',
    },
  },

  call: {
    steps: 'Was zu tun ist',
    conversation: 'Anruf',
    actions: 'Was im Anruf zu tun ist',
    begin: 'Jemanden anrufen',
    beginHow: 'Erstelle einen Link und verschicke ihn. Dein Gast sieht dich mit deinem neuen Hintergrund.',
    invite: 'Einladung machen',
    inviteAgain: 'Neue Einladung machen',
    noServer:
      'Es ist kein Server dazwischen: Bild und Ton gehen geradewegs zum anderen Gerät. Beide müssen im selben Netz sein, etwa im selben WLAN, oder am selben Gerät.',
    impossible: 'Dieser Browser kann nicht anrufen. Ein aktueller Chrome, Edge, Firefox oder Safari kann es.',
    wereInvited: 'Bist du eingeladen?',
    theirLink: 'Füge den Link hier ein',
    answer: 'Annehmen',
    decline: 'Jetzt nicht',
    noInvitation:
      'Das ist keine Einladung, oder ein Teil davon fehlt. Lass dir den Link noch einmal schicken und füge ihn ganz ein.',
    invited: 'Jemand lädt dich zu einem Anruf ein',
    invitedHow:
      'Nimm an, und du bekommst einen Code zum Zurückschicken. Man sieht dich vor dem Hintergrund, den du gewählt hast.',
    step: (number) => `Schritt ${number}`,
    sendLink: 'Schick diesen Link',
    sendLinkHow:
      'In einem anderen Tab dieses Browsers geht er einfach auf. An einem anderen Gerät öffnet man dort Elsewhere und fügt ihn unter Anruf ein.',
    showQr: 'Als QR-Code zeigen',
    qr: 'Die Einladung als QR-Code',
    theirCode: 'Füge den Code ein, der zurückkommt',
    connect: 'Verbinden',
    noAnswer:
      'Das ist nicht der Code zu dieser Einladung. Lass ihn dir noch einmal schicken und füge ihn ganz ein.',
    almost: 'Fast so weit',
    sendCode: 'Schick diesen Code zurück',
    sendCodeHow: 'Der Anruf beginnt, sobald er eingefügt ist. Lass diese Seite offen.',
    connecting: 'Verbindung wird aufgebaut …',
    them: 'Gast',
    you: 'Du, wie man dich sieht',
    theirCameraOff: 'Die Kamera deines Gegenübers ist aus.',
    theyAreMuted: 'Stummgeschaltet',
    mute: 'Mikrofon stummschalten',
    unmute: 'Mikrofon einschalten',
    cameraOff: 'Eigenes Bild ausschalten',
    cameraOn: 'Eigenes Bild einschalten',
    hangUp: 'Auflegen',
    over: {
      left: { title: 'Dein Gegenüber hat aufgelegt', what: 'Um weiterzureden, schick eine neue Einladung.' },
      lost: {
        title: 'Die Verbindung ist weg',
        what: 'Jemand hat das Netz verlassen oder das Gerät zugeklappt. Wenn beide wieder da sind, schick eine neue Einladung.',
      },
      unreachable: {
        title: 'Ihr erreicht einander nicht',
        what: 'Ohne Server geht das nur in einem Netz. Geht ins selbe WLAN und schick eine neue Einladung.',
      },
    },
  },

  display: {
    label: 'Dein Bild',
    actions: 'Was mit dem Bild geschehen soll',
    microphone: 'Ton in Aufnahmen und Anrufen',
    stop: 'Kamera ausschalten',
    steps: ['Kamera', 'Segmentierung', 'Maske', 'Vordergrund', 'Hintergrund', 'Ergebnis'],
    snapshot: 'Ein Bild sichern',
    snapshotSaved: 'Das Bild liegt bei deinen Downloads.',
    compare: 'Mit der Kamera vergleichen',
    before: 'Kamera',
    after: 'Elsewhere',
    float: 'Bild-in-Bild',
    noFloating: 'Dein Browser öffnet das kleine Fenster gerade nicht.',
    output: 'Separates Ausgabefenster',
    openStudio: 'Öffne Elsewhere und von dort dieses Fenster.',
    fullScreen: 'Doppelklick: ganzer Bildschirm',
    noWindow: 'Dein Browser lässt diese Seite kein Fenster öffnen. Erlaube es in der Adresszeile.',
  },

  meeting: {
    use: 'In einer Besprechung',
    where: 'Wo ist deine Besprechung?',
    places: { browser: 'In diesem Browser', app: 'In einer App auf diesem Computer' },
    terminal: 'In einem Terminal',
    none: 'Auf diesem Gerät lässt sich nichts zwischen Kamera und Besprechung setzen. Öffne Elsewhere auf einem Computer, oder rufe von hier aus jemanden an.',
    ways: {
      extension: {
        title: 'Mit der Browser-Erweiterung',
        found: 'Die Erweiterung ist hier installiert.',
        steps: [
          [
            'Hinzufügen',
            'Füge diesem Browser die Erweiterung von Elsewhere hinzu. Zuerst ist sie überall aus.',
          ],
          [
            'Einschalten',
            'Öffne deine Besprechung, klicke neben der Adresse auf Elsewhere und schalte es für diese Seite ein.',
          ],
          [
            'Teilnehmen',
            'Lade die Besprechung neu und nimm mit deiner Kamera teil. Den Hintergrund wählst du an derselben Stelle.',
          ],
        ],
      },
      'virtual-camera': {
        title: 'Mit einer virtuellen Kamera',
        found: 'Eine Kamera namens Elsewhere ist da.',
        steps: [
          [
            'Kamera anlegen',
            'Einmal nach jedem Start dieses Computers; dafür braucht es das Paket v4l2loopback.',
          ],
          ['Dein Bild hineingeben', 'Schalte hier zuerst die Kamera aus: Nur ein Programm kann sie haben.'],
          ['Auswählen', 'Wähle in deiner Besprechung die Kamera „Elsewhere“.'],
        ],
      },
      obs: {
        title: 'Mit OBS',
        found: 'Die virtuelle Kamera von OBS ist da.',
        steps: [
          ['Das reine Fenster öffnen', 'Es zeigt nur dein Bild. Lass es offen, und diese Seite auch.'],
          ['Aufnehmen', 'Füge in OBS eine Quelle „Fensteraufnahme“ hinzu und wähle das Fenster „Elsewhere“.'],
          [
            'Die Kamera von OBS wählen',
            'Klicke in OBS auf „Virtuelle Kamera starten“ und wähle in deiner Besprechung „OBS Virtual Camera“.',
          ],
        ],
      },
    },
  },

  update: { ready: 'Es gibt eine neue Fassung.', reload: 'Neu laden' },

  recording: {
    start: 'Aufnehmen',
    pause: 'Pause',
    resume: 'Fortsetzen',
    stop: 'Stopp',
    saving: 'Einen Moment …',
    done: 'Deine Aufnahme',
    download: 'Herunterladen',
    discard: 'Verwerfen',
    discarded: 'Die Aufnahme ist verworfen.',
    undo: 'Rückgängig',
    noMicrophone: 'Es gibt keinen Ton: Das Mikrofon fehlt oder ist für diese Seite gesperrt.',
    impossible: 'Dieser Browser kann in diesem Format nicht aufnehmen. Wähle unter Geräte ein anderes.',
  },

  sound: {
    title: 'Aufnahme',
    microphone: 'Mikrofon',
    unnamed: (index) => `Mikrofon ${index}`,
    format: 'Format',
  },

  drawnBackgrounds: GALLERY_TITLES.de,
};
