import { COPY_MODES, type CopyMode, firstOf, listening } from "../../core/copy_mode.ts";
import type { Progress } from "../../core/progress.ts";
import type { Session } from "../../core/session.ts";
import type { MutationOptions, Step } from "../../core/task.ts";
import type { ImageAliasInfo, ImageData, ImagesPost } from "../../types/mod.ts";
import { exportImage } from "./export.ts";
import { issueSecret, withSecret } from "./secret.ts";
import { relayedContent, uploadRequest } from "./upload.ts";

/** Options of copying an image to another server or project. */
export interface ImageCopyOptions extends MutationOptions {
  /**
   * How it goes. For `pull` the source server has to listen on HTTPS where the target server reaches
   * it, for `push` the other way round, and both have to be LXD or both Incus. Default: the first of
   * `pull`, `push` and `relay` that works.
   */
  mode?: CopyMode;
  /** Names for the copy. Default: none. */
  aliases?: readonly ImageAliasInfo[];
  /** Gives the copy the names of the image, too. Default: false. */
  copyAliases?: boolean;
  /** Whether callers that the target does not trust see the copy. Default: false. */
  public?: boolean;
  /** Whether the target is to fetch newer versions from the source; only `pull` can do so. Default: false. */
  autoUpdate?: boolean;
  /** The profiles of instances that are made without any given. Default: `default`. */
  profiles?: readonly string[];
}

/** A copy to be made. */
export interface ImageCopy {
  /** The server of the image. */
  source: Session;
  /** The server of the copy. */
  target: Session;
  /** The path of the image on its server. */
  path: string;
  /** The data of the image. */
  data: ImageData;
  /** How it is to be copied. */
  options: ImageCopyOptions;
}

const IMAGES = "/1.0/images";

/** Brings an image to a server that does not have it. */
export async function transferImage(
  copy: ImageCopy,
  step: Step,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { mode, autoUpdate } = copy.options;
  const modes = mode ? [mode] : autoUpdate ? ["pull" as const] : COPY_MODES;
  // Servers of different kinds may fail to understand each other in any words.
  await firstOf(modes, () => true, signal, (mode) => ways[mode](copy, step, signal));
}

type Way = (copy: ImageCopy, step: Step, signal: AbortSignal | undefined) => Promise<void>;

const ways: Record<CopyMode, Way> = { pull, push, relay };

async function pull(copy: ImageCopy, step: Step, signal: AbortSignal | undefined): Promise<void> {
  const { source, target, path, data } = copy;
  const { fingerprint, type } = data;
  const { addresses, certificate } = await listening(source, "copy the image", signal);
  const fetch = (secret?: string) =>
    firstOf(addresses, () => true, signal, async (server) => {
      await step("POST", IMAGES, {
        json: {
          ...fieldsOf(copy),
          source: {
            type: "image",
            mode: "pull",
            server,
            protocol: target.facts.dialect,
            certificate,
            fingerprint,
            secret,
            image_type: type,
            project: source.scope.project,
          },
        } satisfies ImagesPost,
      });
    });
  if (data.public) return await fetch();
  await withSecret(issueSecret(source, `${path}/secret`, undefined, { signal }), fetch);
}

async function push(copy: ImageCopy, step: Step, signal: AbortSignal | undefined): Promise<void> {
  const { source, target, path, data, options } = copy;
  const { addresses, certificate } = await listening(target, "copy the image", signal);
  const body: ImagesPost = {
    ...fieldsOf(copy),
    // The sender keeps those that were not in the image's own metadata to itself.
    properties: data.properties,
    source: { mode: "push", fingerprint: data.fingerprint },
  };
  await withSecret(
    issueSecret(target, IMAGES, body, { signal }),
    (secret) =>
      firstOf(addresses, () => true, signal, async (server) => {
        const { project } = target.scope;
        const json = { target: server, certificate, secret, project, profiles: options.profiles };
        await step("POST", `${path}/export`, { session: source, json });
      }),
  );
}

async function relay(copy: ImageCopy, step: Step, signal: AbortSignal | undefined): Promise<void> {
  const { source, target, path, data, options } = copy;
  const { fingerprint, properties } = data;
  const stop = new AbortController();
  const files = exportImage({ session: source, path, fingerprint }, {
    signal: signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
    // The target compares what it gets with the fingerprint.
    verify: false,
  });
  try {
    const content = await relayedContent(files, data.filename);
    const fields = {
      fingerprint,
      properties,
      filename: data.filename || undefined,
      profiles: options.profiles,
      public: options.public,
    };
    const onProgress = relayed(options.onProgress, data.size);
    await step("POST", IMAGES, uploadRequest(target, content, fields, onProgress));
  } finally {
    // A target that refuses does not wait for a source that sends nothing.
    stop.abort();
    await files.return();
  }
}

/** Tells how much of the image went through, whose size is known though not that of the upload. */
function relayed(
  onProgress: ((progress: Progress) => void) | undefined,
  size: number,
): ((progress: Progress) => void) | undefined {
  if (!onProgress || !size) return onProgress;
  return (progress) => {
    const percent = Math.min(100, Math.floor(100 * (progress.bytes ?? 0) / size));
    onProgress({ ...progress, total: size, percent });
  };
}

function fieldsOf({ options }: ImageCopy): ImagesPost {
  return {
    auto_update: options.autoUpdate,
    public: options.public,
    profiles: options.profiles && [...options.profiles],
  };
}
