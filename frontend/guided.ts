// One person at a time by keyboard: every button says its key, and pressing the key presses the button.
import { pressByKey } from "./keys";

pressByKey();
