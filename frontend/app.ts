// What every page needs: styles, the theme switch, the time zone, pictures that fail quietly, jobs with their progress.
import "@fontsource-variable/inter/wght.css";
import "./styles/app.scss";
import { hideBrokenPictures } from "./pictures";
import { followJobs } from "./progress";
import { startSyncForms } from "./sync";
import { startThemeSwitch } from "./theme_switch";
import { tellTimeZone } from "./time_zone";

tellTimeZone();
hideBrokenPictures();
startThemeSwitch();
followJobs();
startSyncForms();
