import { Phone, PhoneIncoming, RotateCcw } from 'lucide-preact';
import { Button } from '../components/button.js';
import { CopiedText } from '../components/copied-text.js';
import { Backgrounds } from '../panel/backgrounds.js';
import { toast } from '../state/toasts.js';
import { strings } from '../strings/index.js';
import { Pasted } from './pasted.js';
import { QrCode } from './qr-code.js';
import { answer, call, connect, hangUp, invitation, invite } from './state.js';

/** The next step of starting a call. */
export function Steps() {
  const now = call.value;
  switch (now.status) {
    case 'idle':
      return invitation.value === undefined ? <Beginning /> : <Invited code={invitation.value} />;
    case 'inviting':
      return now.link === undefined ? <Busy /> : <Inviting link={now.link} />;
    case 'answering':
      return now.code === undefined ? <Busy /> : <Answering code={now.code} />;
    case 'connecting':
      return <Busy />;
    case 'live':
      return <Backgrounds />;
    case 'over':
      return <Over why={now.why} />;
  }
}

function Beginning() {
  const texts = strings.value.call;
  if (!('RTCPeerConnection' in globalThis)) return <p>{texts.impossible}</p>;
  return (
    <>
      <section class="group">
        <h2>{texts.begin}</h2>
        <p>{texts.beginHow}</p>
        <Button kind="primary" large icon={Phone} onClick={invite}>
          {texts.invite}
        </Button>
        <p class="note">{texts.noServer}</p>
      </section>
      <section class="group">
        <h2>{texts.wereInvited}</h2>
        <Pasted
          label={texts.theirLink}
          action={texts.answer}
          problem={texts.noInvitation}
          onSubmit={answer}
        />
      </section>
    </>
  );
}

function Invited({ code }: { readonly code: string }) {
  const texts = strings.value.call;
  return (
    <section class="group" role="status">
      <h2>{texts.invited}</h2>
      <p>{texts.invitedHow}</p>
      <Button
        kind="primary"
        large
        icon={PhoneIncoming}
        onClick={async () => {
          if (await answer(code)) return;
          // The invitation is damaged. A complete one can be pasted.
          invitation.value = undefined;
          toast(texts.noInvitation);
        }}
      >
        {texts.answer}
      </Button>
      <Button
        kind="quiet"
        onClick={() => {
          invitation.value = undefined;
        }}
      >
        {texts.decline}
      </Button>
    </section>
  );
}

function Inviting({ link }: { readonly link: string }) {
  const texts = strings.value.call;
  return (
    <>
      <section class="group">
        <h2>{texts.step(1)}</h2>
        <CopiedText label={texts.sendLink} text={link} />
        <p class="note">{texts.sendLinkHow}</p>
        <details>
          <summary>{texts.showQr}</summary>
          <QrCode text={link} label={texts.qr} />
        </details>
      </section>
      <section class="group">
        <h2>{texts.step(2)}</h2>
        <Pasted label={texts.theirCode} action={texts.connect} problem={texts.noAnswer} onSubmit={connect} />
      </section>
      <Cancel />
    </>
  );
}

function Answering({ code }: { readonly code: string }) {
  const texts = strings.value.call;
  return (
    <>
      <section class="group">
        <h2>{texts.almost}</h2>
        <CopiedText label={texts.sendCode} text={code} />
        <p class="note">{texts.sendCodeHow}</p>
      </section>
      <Cancel />
    </>
  );
}

function Busy() {
  return (
    <>
      <section class="group" role="status">
        <h2>{strings.value.call.connecting}</h2>
        <span class="spinner" aria-hidden="true" />
      </section>
      <Cancel />
    </>
  );
}

function Over({ why }: { readonly why: 'left' | 'lost' | 'unreachable' }) {
  const texts = strings.value.call;
  const { title, what } = texts.over[why];
  return (
    <section class="group" role="status">
      <h2>{title}</h2>
      <p>{what}</p>
      <Button kind="primary" icon={RotateCcw} onClick={invite}>
        {texts.inviteAgain}
      </Button>
      <Button kind="quiet" onClick={hangUp}>
        {strings.value.close}
      </Button>
    </section>
  );
}

function Cancel() {
  return (
    <Button kind="quiet" onClick={hangUp}>
      {strings.value.cancel}
    </Button>
  );
}
