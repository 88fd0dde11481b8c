import { GALLERY_TITLES } from '@elsewhere/gallery';
import type { Way } from '../meeting/ways.js';

type StepTexts = readonly [title: string, what: string];

/** How to take one of the ways into a meeting. */
interface WayTexts {
  readonly title: string;
  readonly found: string;
  readonly steps: readonly [StepTexts, StepTexts, StepTexts];
}

/** All texts of the page. German has the same ones: see `de.ts`. */
export const en = {
  close: 'Close',
  cancel: 'Cancel',
  copy: 'Copy',
  copied: 'Copied',
  tryAgain: 'Try again',

  tabs: { label: 'What to do', camera: 'Camera', files: 'File', call: 'Call' },

  header: {
    appearance: 'Appearance and language',
    theme: 'Appearance',
    themes: { system: 'Match system', light: 'Light', dark: 'Dark' },
    language: 'Language',
  },

  welcome: {
    title: 'See yourself somewhere else',
    why: 'Turn on your camera to try a new background.',
    private: 'Everything happens on this machine. Nothing is sent anywhere.',
    start: 'Turn on the camera',
    presenter: 'Use a drawn person',
    file: 'Use a video file',
    asking: 'Your browser asks whether this page may use the camera. Choose “Allow”.',
    loading: 'Getting ready …',
  },

  trouble: {
    denied: {
      title: 'The camera is blocked for this page',
      what: 'Click the camera or lock in the address bar, allow the camera, and try again. Or go on without one.',
    },
    missing: {
      title: 'There is no camera here',
      what: 'Plug one in and it starts by itself. Or go on without one.',
    },
    busy: {
      title: 'The camera is in use',
      what: 'Another program has it. Close that program’s camera and try again, or go on without one.',
    },
    insecure: {
      title: 'Cameras work on safe pages only',
      what: 'Open this page by https or on localhost. Or go on without a camera.',
    },
    failed: {
      title: 'The camera did not start',
      what: 'Unplug it and plug it in again, or choose another one. Or go on without one.',
    },
    unplugged: {
      title: 'The camera is gone',
      what: 'Plug it in again and it goes on by itself. Or go on without one.',
    },
    unplayable: {
      title: 'This file cannot be played',
      what: 'Your browser has no decoder for it. MP4 (H.264) and WebM work everywhere.',
    },
  },

  errors: {
    engine: 'The background cannot be worked on here',
    UNSUPPORTED:
      'This browser lacks something that is needed. A current Chrome, Edge, Firefox or Safari has it.',
    ASSET_MISSING: 'A part of the program could not be loaded. Check the connection and reload the page.',
    WASM_BLOCKED: 'This page is not allowed to run WebAssembly. Whoever serves it has to allow it.',
    WORKER_FAILED: 'Effects keep stopping. Close other apps, then reload.',
    BACKGROUND_UNREADABLE: 'This picture or video cannot be read. Choose another one; the old one stays.',
    model: 'The chosen network could not be loaded. Using the standard one.',
    GPU_UNAVAILABLE: 'No usable GPU was found. Using the CPU.',
    GPU_FAILED: 'The GPU has failed. Continuing on the CPU.',
    other: 'Something went wrong that was not foreseen. Reload the page.',
  },

  panel: {
    label: 'Settings',
    background: 'Background',
    picture: 'Picture',
    devices: 'Devices',
    details: 'Details',
  },

  backgrounds: {
    camera: 'Camera background',
    none: 'No effect',
    lightBlur: 'Light blur',
    strongBlur: 'Strong blur',
    bokeh: 'Bokeh',
    strength: 'Blur strength',
    plain: 'Plain',
    color: (color: string) => `Colour ${color}`,
    own: 'Another colour',
    green: 'Green screen',
    transparent: 'Transparent',
    drawn: 'Backgrounds',
    yours: 'Your own',
    add: 'Add',
    addHint: 'Pictures and videos; drop or paste them anywhere. They stay on this machine.',
    keptElsewhere: (usual: string) =>
      `This is not the usual address of Elsewhere. Backgrounds and settings that you keep at ${usual} are not available here.`,
    drop: 'Drop a picture or video to use it as your background',
    remove: (name: string) => `Remove ${name}`,
    unreadable: (name: string) =>
      `${name} cannot be read as a picture or video. JPEG, PNG, WebP, MP4 and WebM work.`,
  },

  picture: {
    person: 'You',
    mirror: 'Mirror my picture',
    reset: 'Reset',
    follow: 'Auto-framing',
    zoom: 'Zoom',
    brightness: 'Brightness',
    warmth: 'Warmth',
    edgeSoftness: 'Soft edges',
    relighting: 'Relighting',
    lightWrap: 'Light wrap',
    colorMatch: 'Match colours',
    imageOnly: 'Available with image backgrounds.',
  },

  camera: {
    source: 'Source',
    device: 'Camera',
    unnamed: (index: number) => `Camera ${index}`,
    presenter: 'Drawn person',
    file: 'Video file …',
    resolution: 'Resolution',
    frameRate: 'Frame rate',
    automatic: 'Automatic',
    quality: 'Quality',
    qualities: {
      auto: 'Auto',
      highest: 'Highest',
      high: 'High',
      medium: 'Medium',
      low: 'Low',
      lowest: 'Battery saver',
    },
  },

  details: {
    speed: 'Speed',
    framesPerSecond: 'frames a second',
    latency: 'From camera to picture',
    milliseconds: (value: number) => `${value.toFixed(1)} ms`,
    backend: 'Backend',
    backends: { auto: 'Auto', cpu: 'CPU', gpu: 'GPU' },
    quality: 'Current quality',
    limitedRate: (rate: number) => `at most ${rate} frames a second`,
    reducedSize: (scale: number) => `${Math.round(100 * scale)} % of the size`,
    reason: 'Why',
    reasons: {
      loading: 'The second network is still loading.',
      'platform-mask': 'Your system finds you itself.',
      overload: 'This machine is too busy for more.',
      headroom: 'This machine has time to spare.',
    },
    dropped: 'Dropped frames',
    placeholders: 'Placeholders',
    strategy: 'Frames travel by',
    strategies: { 'window-streams': 'streams', 'worker-track': 'track in a worker', pump: 'canvas' },
    memory: 'Memory',
    nothing: 'Figures come with the picture.',
    timings: {
      input: 'Reading the frame',
      segmentation: 'Finding you',
      matting: 'Edges',
      background: 'Background',
      compositing: 'Putting it together',
    },
    steps: 'Show the steps',
    stepsHint:
      'Camera, segmentation, mask, foreground, backdrop and the result. The output shows them, too, including your camera background.',
    inside: 'Under the hood',
    model: 'Network',
    models: { 'selfie-landscape': 'MediaPipe Selfie', 'deeplab-v3': 'DeepLab v3, as in the article' },
  },

  files: {
    label: 'Recordings',
    background: 'Background',
    title: 'Put a recording somewhere else',
    what: 'Drop videos here, or choose them. The sound stays as it is.',
    choose: 'Choose videos',
    more: 'Add videos',
    private: 'They are converted on this machine. Nothing is uploaded.',
    drop: 'Drop recordings to put them somewhere else',
    convert: 'Convert',
    convertAll: (count: number) => `Convert all ${count}`,
    waiting: 'Waiting for its turn',
    progress: (name: string) => `Converting ${name}`,
    left: (seconds: number) =>
      seconds < 10
        ? 'a few seconds left'
        : seconds < 90
          ? `about ${Math.round(seconds / 10) * 10} s left`
          : `about ${Math.round(seconds / 60)} min left`,
    done: (size: string) => `Done, ${size}`,
    download: 'Download',
    saveAs: (name: string) => `Save ${name} as …`,
    saved: (name: string) => `Saved as ${name}.`,
    notSaved: (name: string) => `${name} could not be saved there. Choose another folder, or download it.`,
    again: (name: string) => `Convert ${name} again`,
    remove: (name: string) => `Remove ${name}`,
    preview: (name: string) => `How ${name} will look`,
    noPreview: 'This file cannot be shown',
    noPreviewWhy: 'Your browser does not play it. It may still be able to convert it: try it.',
    errors: {
      MEDIA_UNREADABLE:
        'There is no video in it that this browser can read. MP4 (H.264) and WebM work everywhere: save it as one of these.',
      MEDIA_TRUNCATED:
        'The file ends before its time: it is damaged, or was not copied to its end. Copy it again.',
      BACKGROUND_UNREADABLE: 'The background cannot be read. Choose another one and try again.',
      UNSUPPORTED: 'This browser cannot write videos. A current Chrome, Edge, Firefox or Safari can.',
      ASSET_MISSING: 'A part of the program could not be loaded. Check the connection and try again.',
      other: 'The conversion failed. Close other programs and try again, or remove the file.',
    },
  },

  call: {
    steps: 'What to do',
    conversation: 'Call',
    actions: 'What to do in the call',
    begin: 'Call somebody',
    beginHow: 'Create a link and send it. Your guest sees you with your new background.',
    invite: 'Make an invitation',
    inviteAgain: 'Make a new invitation',
    noServer:
      'There is no server in between: picture and sound go straight to the other machine. Both have to be in the same network, such as the same Wi-Fi, or on the same machine.',
    impossible: 'This browser cannot make calls. A current Chrome, Edge, Firefox or Safari can.',
    wereInvited: 'Were you invited?',
    theirLink: 'Paste their link here',
    answer: 'Answer',
    decline: 'Not now',
    noInvitation:
      'This is no invitation, or a part of it is missing. Ask for the link again and paste all of it.',
    invited: 'Somebody invites you to a call',
    invitedHow:
      'Answer, and you get a code to send back to them. They see you before the background that you have chosen.',
    step: (number: number) => `Step ${number}`,
    sendLink: 'Send them this link',
    sendLinkHow:
      'In another tab of this browser it just opens. On another machine they open Elsewhere there, and paste it under Call.',
    showQr: 'Show it as a QR code',
    qr: 'The invitation as a QR code',
    theirCode: 'Paste the code that they send back',
    connect: 'Connect',
    noAnswer: 'This is not the code that answers this invitation. Ask for it again and paste all of it.',
    almost: 'Almost there',
    sendCode: 'Send them this code',
    sendCodeHow: 'The call begins as soon as they have pasted it. Keep this page open.',
    connecting: 'Connecting …',
    them: 'Guest',
    you: 'You, as they see you',
    theirCameraOff: 'Their camera is off.',
    theyAreMuted: 'They are muted',
    mute: 'Mute yourself',
    unmute: 'Let them hear you',
    cameraOff: 'Turn your picture off',
    cameraOn: 'Turn your picture on',
    hangUp: 'Hang up',
    over: {
      left: { title: 'They have hung up', what: 'To go on talking, send a new invitation.' },
      lost: {
        title: 'The connection was lost',
        what: 'One of you has left the network, or closed the lid. When both are back, send a new invitation.',
      },
      unreachable: {
        title: 'You cannot reach each other',
        what: 'Without a server that works in one network only. Join the same Wi-Fi and send a new invitation.',
      },
    },
  },

  display: {
    label: 'Your picture',
    actions: 'What to do with the picture',
    microphone: 'Sound in recordings and calls',
    stop: 'Turn the camera off',
    steps: ['Camera', 'Segmentation', 'Mask', 'Foreground', 'Backdrop', 'Composite'],
    snapshot: 'Save a picture',
    snapshotSaved: 'The picture is in your downloads.',
    compare: 'Compare with the camera',
    before: 'Camera',
    after: 'Elsewhere',
    float: 'Picture-in-picture',
    noFloating: 'Your browser does not open the small window now.',
    output: 'Clean output window',
    openStudio: 'Open Elsewhere, and this window from there.',
    fullScreen: 'Double click: full screen',
    noWindow: 'Your browser keeps this page from opening a window. Allow it in the address bar.',
  },

  meeting: {
    use: 'Use in a meeting',
    where: 'Where is your meeting?',
    places: { browser: 'In this browser', app: 'In an app on this computer' },
    terminal: 'In a terminal',
    none: 'Nothing can stand between camera and meeting on this device. Open Elsewhere on a computer, or call somebody from here.',
    ways: {
      extension: {
        title: 'With the browser extension',
        found: 'The extension is installed here.',
        steps: [
          ['Add it', 'Add the extension of Elsewhere to this browser. It is off on every site at first.'],
          [
            'Turn it on',
            'Open your meeting, click Elsewhere beside the address, and turn it on for this site.',
          ],
          [
            'Join',
            'Load the meeting again and join with your camera. The background is chosen in the same place.',
          ],
        ],
      },
      'virtual-camera': {
        title: 'With a virtual camera',
        found: 'A camera called Elsewhere is there.',
        steps: [
          ['Make a camera', 'Once after each start of this computer; it needs the package v4l2loopback.'],
          ['Put your picture into it', 'Turn the camera off here first: only one program can have it.'],
          ['Choose it', 'Choose the camera “Elsewhere” in your meeting.'],
        ],
      },
      obs: {
        title: 'With OBS',
        found: 'OBS’s virtual camera is there.',
        steps: [
          ['Open the clean window', 'It shows your picture alone. Leave it open, and this page, too.'],
          ['Capture it', 'In OBS, add a source “Window Capture” and choose the window “Elsewhere”.'],
          [
            'Choose OBS’s camera',
            'Click “Start Virtual Camera” in OBS, and choose “OBS Virtual Camera” in your meeting.',
          ],
        ],
      },
    } as Readonly<Record<Way, WayTexts>>,
  },

  update: { ready: 'A new version is here.', reload: 'Reload' },

  recording: {
    start: 'Record',
    pause: 'Pause',
    resume: 'Resume',
    stop: 'Stop',
    saving: 'One moment …',
    done: 'Your recording',
    download: 'Download',
    discard: 'Discard',
    discarded: 'The recording is discarded.',
    undo: 'Undo',
    noMicrophone: 'There is no sound: the microphone is missing or blocked for this page.',
    impossible: 'This browser cannot record in this format. Choose another one under Devices.',
  },

  sound: {
    title: 'Recording',
    microphone: 'Microphone',
    unnamed: (index: number) => `Microphone ${index}`,
    format: 'Format',
  },

  drawnBackgrounds: GALLERY_TITLES.en,
};

/** The texts that a language must have. */
export type Strings = typeof en;
