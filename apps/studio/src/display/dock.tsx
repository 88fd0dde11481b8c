import { signal } from '@preact/signals';
import {
  AppWindow,
  Camera,
  Circle,
  Mic,
  MicOff,
  MonitorUp,
  Pause,
  PictureInPicture2,
  Play,
  Square,
  SquareSplitHorizontal,
  VideoOff,
} from 'lucide-preact';
import { Button, IconButton } from '../components/button.js';
import { Meeting } from '../meeting/meeting.js';
import { canFloat, openOutput, takeSnapshot, toggleFloating } from '../state/actions.js';
import { isMicrophoneOn } from '../state/microphone.js';
import { formats, recording, startRecording, stopRecording, togglePause } from '../state/recording.js';
import { stopSource } from '../state/source.js';
import { isComparing } from '../state/view.js';
import { strings } from '../strings/index.js';

const isMeetingOpen = signal(false);

/** The actions for the output. */
export function Dock() {
  const texts = strings.value.display;
  return (
    <section class="dock" aria-label={texts.actions}>
      <div class="dock__side">
        <IconButton
          icon={isMicrophoneOn.value ? Mic : MicOff}
          label={texts.microphone}
          aria-pressed={isMicrophoneOn.value}
          onClick={() => {
            isMicrophoneOn.value = !isMicrophoneOn.value;
          }}
        />
        <IconButton icon={VideoOff} label={texts.stop} onClick={stopSource} />
      </div>
      <div class="dock__middle">
        {formats.length > 0 && <RecordButtons />}
        <Button
          class="button dock__meeting"
          onClick={() => {
            isMeetingOpen.value = true;
          }}
        >
          <MonitorUp size={18} aria-hidden="true" />
          <span class="button__label">{strings.value.meeting.use}</span>
        </Button>
      </div>
      <div class="dock__side">
        <IconButton icon={Camera} label={texts.snapshot} onClick={takeSnapshot} />
        <IconButton
          icon={SquareSplitHorizontal}
          label={texts.compare}
          aria-pressed={isComparing.value}
          onClick={() => {
            isComparing.value = !isComparing.value;
          }}
        />
        {canFloat && <IconButton icon={PictureInPicture2} label={texts.float} onClick={toggleFloating} />}
        <IconButton
          class="button button--icon dock__window"
          icon={AppWindow}
          label={texts.output}
          onClick={openOutput}
        />
      </div>
      {isMeetingOpen.value && (
        <Meeting
          onClose={() => {
            isMeetingOpen.value = false;
          }}
        />
      )}
    </section>
  );
}

function RecordButtons() {
  const texts = strings.value.recording;
  const now = recording.value;
  if (now.status !== 'recording' && now.status !== 'paused') {
    return (
      <Button
        class="button button--record"
        disabled={now.status === 'starting' || now.status === 'saving'}
        onClick={startRecording}
      >
        <Circle size={16} aria-hidden="true" />
        <span class="button__label">{now.status === 'saving' ? texts.saving : texts.start}</span>
      </Button>
    );
  }
  const isPaused = now.status === 'paused';
  return (
    <>
      <IconButton
        icon={isPaused ? Play : Pause}
        label={isPaused ? texts.resume : texts.pause}
        onClick={togglePause}
      />
      <Button class="button button--record is-recording" onClick={stopRecording}>
        <Square size={14} aria-hidden="true" />
        <span class="button__label">{texts.stop}</span>
      </Button>
    </>
  );
}
