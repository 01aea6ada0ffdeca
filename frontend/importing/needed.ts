// Which files of an export kith reads, and what for: the twin of src/kith/core/exports/needed.py and of
// interactions/files.py, which say why. A test holds them together.

export type Need = "lists" | "interactions" | "messages";

const LISTS = new Set([
  "followers",
  "following",
  "pending_follow_requests",
  "recent_follow_requests",
  "permanent_follow_requests",
  "follow_requests_youve_received",
  "recently_unfollowed_profiles",
  "recently_unfollowed_accounts",
  "recently_unfollowed",
  "close_friends",
  "profiles_youve_favorited",
  "accounts_youve_favorited",
  "blocked_profiles",
  "blocked_accounts",
  "restricted_profiles",
  "restricted_accounts",
  "hide_story_from",
  "removed_suggestions",
  "personal_information",
]);
const INTERACTIONS = new Set([
  "liked_posts",
  "liked_comments",
  "post_comments",
  "reels_comments",
  "hype",
  "story_likes",
  "polls",
  "questions",
  "quizzes",
  "emoji_sliders",
  "emoji_story_reactions",
  "avatar_story_reactions",
  "story_reaction_sticker_reactions",
  "question_media_response",
  "countdowns",
  "saved_posts",
]);
const LISTS_BEFORE_2021 = new Set(["connections.json", "profile.json"]);
const INTERACTIONS_BEFORE_2021 = new Set(["likes.json", "comments.json"]);
const NO_DATA: Record<string, Need> = {
  followers_and_following: "lists",
  likes: "interactions",
  comments: "interactions",
  story_interactions: "interactions",
  story_sticker_interactions: "interactions",
  saved: "interactions",
  messages: "messages",
};
const INBOXES = new Set(["inbox", "message_requests", "archived_threads"]);
const OTHER_LISTS = new Set(["threads", "friends_and_followers"]);
const OTHER_INTERACTIONS = new Set(["threads", "your_facebook_activity", "comments_and_reactions"]);
const FILE = /^(.+?)(?: ?\(\d{1,3}\)| copy(?: \d{1,3})?|-\d{1,3})?\.(json|html|txt)$/;
const PART = /^(followers|following)_\d{1,5}$/;
const NUMBERED = /^([a-z_]+?)(?:_(\d{1,5}))?$/;
const APOSTROPHE = /you[^a-z0-9]{0,3}ve_/g;

/** What kith wants a member of an export for; null: it may stay where it is. */
export function needOf(memberPath: string): Need | null {
  const folders = memberPath.replaceAll("\\", "/").toLowerCase().split("/");
  const file = folders.pop() ?? "";
  const [, stem = "", format = ""] = FILE.exec(file) ?? [];
  if (format === "" || file.startsWith("._") || folders.includes("__macosx")) return null;
  return isOfLists(folders, stem.replace(APOSTROPHE, "youve_"), format) ? "lists" : needOfInteractions(folders, stem, format);
}

function isOfLists(folders: string[], stem: string, format: string): boolean {
  const folder = folders.at(-1) ?? "";
  if (OTHER_LISTS.has(folder)) return false;
  if (format === "txt") return stem === "no-data" && NO_DATA[folder] === "lists";
  return LISTS.has(stem) || PART.test(stem) || LISTS_BEFORE_2021.has(`${stem}.${format}`);
}

function needOfInteractions(folders: string[], stem: string, format: string): Need | null {
  if (folders.some((folder) => OTHER_INTERACTIONS.has(folder))) return null;
  if (format === "txt") return stem === "no-data" ? (NO_DATA[folders.at(-1) ?? ""] ?? null) : null;
  const [, name = "", number = ""] = NUMBERED.exec(stem) ?? [];
  if (name === "message") return INBOXES.has(folders.at(-2) ?? "") && Number(number) > 0 ? "messages" : null;
  if (INTERACTIONS.has(name)) return "interactions";
  if (Number(number) > 0) return null;
  if (INTERACTIONS_BEFORE_2021.has(`${name}.${format}`)) return "interactions";
  return `${name}.${format}` === "messages.json" ? "messages" : null;
}
