// Takes the few files that kith reads out of what was given, and packs them anew. The rest is never read.
import { BlobReader, BlobWriter, configure, ZipReader, ZipWriter } from "@zip.js/zip.js/lib/zip-core-native.js";
import type { FileEntry } from "@zip.js/zip.js";
import type { Gathered, PlacedFile } from "./gathering";
import { withoutWords } from "./messages";
import { type Need, needOf } from "./needed";

// Workers would be started from blob: addresses, which the content security policy forbids.
configure({ useWebWorkers: false });

const MOST_BYTES_OF_A_FILE = 1024 ** 3; // A million followers are 130 MB; ten times that is no list of people.

export type Wanted = ReadonlySet<Need>;

export interface Packed {
  uploads: File[];
  needed: number;
  total: number;
}

/** Why an archive cannot be read, in a sentence for its owner. */
export class UnreadableArchive extends Error {}

/** How many files of each need there are, without reading any of them. */
export async function survey(gathered: Gathered): Promise<Map<Need, number>> {
  const found = new Map<Need, number>();
  const note = (path: string) => {
    const need = needOf(path);
    if (need) found.set(need, (found.get(need) ?? 0) + 1);
  };
  for (const archive of gathered.archives) await withEntries(archive, (entry) => note(entry.filename));
  for (const files of gathered.folders.values()) for (const { path } of files) note(path);
  for (const file of gathered.files) note(file.name);
  return found;
}

export async function pack(gathered: Gathered, wanted: Wanted): Promise<Packed> {
  const packed: Packed = { uploads: [], needed: 0, total: 0 };
  for (const archive of gathered.archives) await packArchive(archive, wanted, packed);
  for (const [name, files] of gathered.folders) await packFolder(name, files, wanted, packed);
  packed.total += gathered.files.length;
  for (const file of gathered.files) {
    const content = isWanted(file.name, wanted) ? await sendable(file.name, file) : null;
    if (content) packed.uploads.push(new File([content], file.name));
    packed.needed += content ? 1 : 0;
  }
  return packed;
}

function isWanted(path: string, wanted: Wanted): boolean {
  const need = needOf(path);
  return need !== null && wanted.has(need);
}

/** Of conversations only who and when leaves the device; their pages in HTML are sent as they are, and asked for. */
async function sendable(path: string, content: Blob): Promise<Blob | null> {
  return needOf(path) === "messages" && /\.json$/i.test(path) ? withoutWords(content) : content;
}

async function packArchive(archive: File, wanted: Wanted, packed: Packed): Promise<void> {
  const chosen: FileEntry[] = [];
  await withEntries(archive, (entry) => {
    packed.total += 1;
    if (isWanted(entry.filename, wanted)) chosen.push(checked(entry, archive.name));
  }, async () => {
    packed.needed += chosen.length;
    if (chosen.length > 0) packed.uploads.push(await repacked(archive.name, chosen));
  });
}

/** Shows every file of an archive to `look`, then does what can only be done while it is open. */
async function withEntries(archive: File, look: (entry: FileEntry) => void, afterwards?: () => Promise<void>): Promise<void> {
  const reader = new ZipReader(new BlobReader(archive));
  try {
    for await (const entry of reader.getEntriesGenerator()) if (!entry.directory) look(entry);
    await afterwards?.();
  } catch (error) {
    throw error instanceof UnreadableArchive ? error : damaged(archive.name);
  } finally {
    await reader.close();
  }
}

function checked(entry: FileEntry, archive: string): FileEntry {
  if (entry.encrypted) {
    throw new UnreadableArchive(`“${archive}” is protected by a password. Instagram's own archive has none: please choose that one.`);
  }
  if (entry.uncompressedSize > MOST_BYTES_OF_A_FILE) {
    throw new UnreadableArchive(`“${entry.filename}” in “${archive}” is far too large for a list of people. Please download the export again.`);
  }
  return entry;
}

function damaged(archive: string): UnreadableArchive {
  return new UnreadableArchive(`“${archive}” cannot be opened: it is damaged, or its download did not finish. Please download it again.`);
}

async function repacked(name: string, entries: FileEntry[]): Promise<File> {
  const writer = new ZipWriter(new BlobWriter("application/zip"));
  for (const entry of entries) {
    const content = await sendable(entry.filename, await entry.getData(new BlobWriter(), { checkSignature: true }));
    if (content) await writer.add(entry.filename, new BlobReader(content), { lastModDate: entry.lastModDate });
  }
  return new File([await writer.close()], name);
}

async function packFolder(name: string, files: PlacedFile[], wanted: Wanted, packed: Packed): Promise<void> {
  const chosen = files.filter(({ path }) => isWanted(path, wanted));
  packed.total += files.length;
  packed.needed += chosen.length;
  if (chosen.length === 0) return;
  const writer = new ZipWriter(new BlobWriter("application/zip"));
  for (const { path, file } of chosen) {
    const content = await sendable(path, file);
    if (content) await writer.add(path, new BlobReader(content));
  }
  packed.uploads.push(new File([await writer.close()], `${name}.zip`));
}
