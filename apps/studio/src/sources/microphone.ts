/** Opens a microphone. */
export async function openMicrophone(deviceId: string): Promise<MediaStreamTrack | undefined> {
  const { mediaDevices } = navigator;
  const audio = {
    ...(deviceId && { deviceId: { ideal: deviceId } }),
    echoCancellation: true,
    noiseSuppression: true,
  };
  const stream = await mediaDevices.getUserMedia({ audio });
  return stream.getAudioTracks()[0];
}
