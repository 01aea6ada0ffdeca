// Takes the few files that kith reads out of what was given, and packs them anew. The rest is never read.
import { BlobReader, BlobWriter, configure, ZipReader, ZipWriter } from "@zip.js/zip.js/lib/zip-core-native.js";
import type { FileEntry } from "@zip.js/zip.js";
import type { Gathered, PlacedFile } from "./gathering";
import { isNeeded } from "./needed";

// Workers would be started from blob: addresses, which the content security policy forbids.
configure({ useWebWorkers: false });

const MOST_BYTES_OF_A_FILE = 1024 ** 3; // A million followers are 130 MB; ten times that is no list of people.

export interface Packed {
  uploads: File[];
  needed: number;
  total: number;
}

/** Why an archive cannot be read, in a sentence for its owner. */
export class UnreadableArchive extends Error {}

export async function pack(gathered: Gathered): Promise<Packed> {
  const packed: Packed = { uploads: [], needed: 0, total: 0 };
  for (const archive of gathered.archives) await packArchive(archive, packed);
  for (const [name, files] of gathered.folders) await packFolder(name, files, packed);
  packed.total += gathered.files.length;
  const loose = gathered.files.filter((file) => isNeeded(file.name));
  packed.needed += loose.length;
  packed.uploads.push(...loose);
  return packed;
}

async function packArchive(archive: File, packed: Packed): Promise<void> {
  const reader = new ZipReader(new BlobReader(archive));
  try {
    const wanted: FileEntry[] = [];
    for await (const entry of reader.getEntriesGenerator()) {
      if (entry.directory) continue;
      packed.total += 1;
      if (isNeeded(entry.filename)) wanted.push(checked(entry, archive.name));
    }
    packed.needed += wanted.length;
    if (wanted.length > 0) packed.uploads.push(await repacked(archive.name, wanted));
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
    const content = await entry.getData(new BlobWriter(), { checkSignature: true });
    await writer.add(entry.filename, new BlobReader(content), { lastModDate: entry.lastModDate });
  }
  return new File([await writer.close()], name);
}

async function packFolder(name: string, files: PlacedFile[], packed: Packed): Promise<void> {
  const wanted = files.filter(({ path }) => isNeeded(path));
  packed.total += files.length;
  packed.needed += wanted.length;
  if (wanted.length === 0) return;
  const writer = new ZipWriter(new BlobWriter("application/zip"));
  for (const { path, file } of wanted) await writer.add(path, new BlobReader(file));
  packed.uploads.push(new File([await writer.close()], `${name}.zip`));
}
