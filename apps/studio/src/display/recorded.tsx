import { Download, Trash2 } from 'lucide-preact';
import { useEffect, useMemo } from 'preact/hooks';
import { Button } from '../components/button.js';
import { Dialog } from '../components/dialog.js';
import { clock, download, size } from '../recording/download.js';
import { discardRecording, recording } from '../state/recording.js';
import { strings } from '../strings/index.js';

/** The finished recording, to review and save. */
export function Recorded() {
  const now = recording.value;
  return now.status === 'done' ? <Review {...now} /> : null;
}

interface ReviewProps {
  readonly blob: Blob;
  readonly name: string;
  readonly seconds: number;
}

function Review({ blob, name, seconds }: ReviewProps) {
  const texts = strings.value.recording;
  const url = useMemo(() => URL.createObjectURL(blob), [blob]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  return (
    <Dialog title={texts.done} onClose={discardRecording}>
      {/* biome-ignore lint/a11y/useMediaCaption: nobody has written down yet what was just said */}
      <video class="review" src={url} controls playsInline />
      <p class="note">
        {name} · {clock(seconds)} · {size(blob.size)}
      </p>
      <div class="actions dialog__actions">
        <Button kind="primary" icon={Download} onClick={() => download(blob, name)}>
          {texts.download}
        </Button>
        <Button icon={Trash2} onClick={discardRecording}>
          {texts.discard}
        </Button>
      </div>
    </Dialog>
  );
}
