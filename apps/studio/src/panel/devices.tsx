import { Select } from '../components/select.js';
import { microphoneId, microphones } from '../state/microphone.js';
import { FRAME_RATES, frameRate, QUALITIES, quality, RESOLUTIONS, resolution } from '../state/options.js';
import { choosePlayedFile } from '../state/played-file.js';
import { format, formats } from '../state/recording.js';
import { cameraId, cameras, source, startCamera, startPresenter } from '../state/source.js';
import { setter } from '../state/stored.js';
import { strings } from '../strings/index.js';

/** Values for sources that are not cameras. No device has such an id. */
const PRESENTER = 'presenter:';
const FILE = 'file:';

const FORMAT_NAMES = { mp4: 'MP4', webm: 'WebM' } as const;

/** The settings of the video source. */
export function DeviceSettings() {
  const { camera: texts, sound } = strings.value;
  const now = source.value;
  const automatic = ['auto', texts.automatic] as const;
  return (
    <>
      <section class="group">
        <h2>{texts.source}</h2>
        <Select
          label={texts.device}
          value={'kind' in now && now.kind !== 'camera' ? `${now.kind}:` : openedCamera()}
          options={[...devices(), [PRESENTER, texts.presenter], [FILE, texts.file]]}
          onChange={(value) => {
            if (value === PRESENTER) void startPresenter();
            else if (value === FILE) void choosePlayedFile();
            else {
              cameraId.value = value;
              if (!('kind' in now) || now.kind !== 'camera') void startCamera();
            }
          }}
        />
        <Select
          label={texts.resolution}
          value={resolution.value}
          options={RESOLUTIONS.map((each) => (each === 'auto' ? automatic : [each, `${each}p`]))}
          onChange={setter(resolution)}
        />
        <Select
          label={texts.frameRate}
          value={frameRate.value}
          options={FRAME_RATES.map((each) => (each === 'auto' ? automatic : [each, each]))}
          onChange={setter(frameRate)}
        />
      </section>
      <section class="group">
        <Select
          label={texts.quality}
          value={quality.value}
          options={QUALITIES.map((each) => [each, texts.qualities[each]])}
          onChange={setter(quality)}
        />
      </section>
      <section class="group">
        <h2>{sound.title}</h2>
        <Select
          label={sound.microphone}
          value={microphoneId.value}
          options={[
            ['', texts.automatic],
            ...microphones.value.map(
              ({ deviceId, label }, index) => [deviceId, label || sound.unnamed(index + 1)] as const,
            ),
          ]}
          onChange={setter(microphoneId)}
        />
        <Select
          label={sound.format}
          value={format.value}
          options={formats.map((each) => [each, FORMAT_NAMES[each]])}
          onChange={setter(format)}
        />
      </section>
    </>
  );
}

function devices(): (readonly [string, string])[] {
  const { device, unnamed } = strings.value.camera;
  if (cameras.value.length === 0) return [['', device]];
  return cameras.value.map(({ deviceId, label }, index) => [deviceId, label || unnamed(index + 1)]);
}

/** The open camera or, before one is open, the chosen one. */
function openedCamera(): string {
  const now = source.value;
  const opened = now.status === 'live' ? now.track.getSettings().deviceId : undefined;
  return opened ?? cameraId.value;
}
