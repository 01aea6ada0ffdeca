// Takes the words out of conversations before they leave the device: who sent each message and when is all kith counts.

/** What stays of a file of messages; null for one that is no JSON of a known form, which then stays at home. */
export async function withoutWords(file: Blob): Promise<Blob | null> {
  try {
    const document: unknown = JSON.parse(await file.text());
    const kept = Array.isArray(document) ? document.map(flatThread) : thread(document as Thread);
    return new Blob([JSON.stringify(kept)], { type: "application/json" });
  } catch {
    return null;
  }
}

interface Message {
  sender_name?: unknown;
  timestamp_ms?: unknown;
  content?: unknown;
  is_unsent?: unknown;
  users?: unknown[];
  reactions?: { actor?: unknown; timestamp?: unknown }[];
}

interface Thread {
  participants?: { name?: unknown }[];
  joinable_mode?: unknown;
  messages?: Message[];
}

// A liked message is told as a message of its own; that it is one of these must be seen, and says nothing else.
const ECHO = /^(Liked a message|Reacted \S{1,80} to your message\s*)$/;

function thread({ participants, joinable_mode, messages }: Thread): unknown {
  if (!participants || !messages) throw new TypeError("not a conversation");
  return {
    participants: participants.map(({ name }) => ({ name })),
    ...(joinable_mode === undefined ? {} : { joinable_mode: {} }),
    messages: messages.map(message),
  };
}

function message({ sender_name, timestamp_ms, content, is_unsent, users, reactions }: Message): Message {
  return {
    sender_name,
    timestamp_ms,
    ...(typeof content === "string" && ECHO.test(content) ? { content } : {}),
    ...(is_unsent === undefined ? {} : { is_unsent }),
    ...(users === undefined ? {} : { users: users.map(() => ({})) }),
    ...(reactions === undefined ? {} : { reactions: reactions.map(({ actor, timestamp }) => ({ actor, timestamp })) }),
  };
}

/** A conversation as it was told until 2020. */
function flatThread({ participants, conversation }: { participants?: unknown; conversation?: { sender?: unknown; created_at?: unknown }[] }): unknown {
  return { participants, conversation: (conversation ?? []).map(({ sender, created_at }) => ({ sender, created_at })) };
}
