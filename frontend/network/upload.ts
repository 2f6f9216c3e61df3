/** Sends a picture to the event. */

const TIMEOUT_MS = 180_000;
const OFFLINE = "Pictures need a connection, and there is none now. Your text is kept. Try again when it is back.";
const UNKNOWN = "The picture could not be stored. Your text is kept. Try again in a moment.";

export interface Upload {
  /** the address to write into the text; rejects with an Error whose message is for people */
  address: Promise<string>;
  stop(): void;
}

/** `progress` is told the share that has been sent, 0 to 1. */
export function upload(event: string, csrf: string, picture: Blob, progress: (share: number) => void): Upload {
  const request = new XMLHttpRequest();
  const address = new Promise<string>((resolve, reject) => {
    const fail = (words: string) => reject(new Error(words));
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(total ? loaded / total : 0));
    request.addEventListener("load", () => {
      const answer = request.response as { address?: string; detail?: string } | null;
      if (request.status === 201 && answer?.address) resolve(answer.address);
      else fail(answer?.detail ?? UNKNOWN);
    });
    for (const kind of ["error", "timeout"]) request.addEventListener(kind, () => fail(OFFLINE));
  });
  const form = new FormData();
  form.set("picture", picture, "picture");
  request.open("POST", `/e/${event}/-/images`);
  request.responseType = "json";
  request.timeout = TIMEOUT_MS;
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("X-CSRFToken", csrf);
  request.send(form);
  return { address, stop: () => request.abort() };
}
