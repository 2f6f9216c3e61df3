/** The script of the live page. */
import { openRows } from "../keeping/database";
import { forgetBeforeLeaving } from "../keeping/forget";
import { browserClock } from "../network/clock";
import { socketIo } from "../network/socketio";
import { openPage } from "../page/page";
import { readSettings } from "../page/settings";

forgetBeforeLeaving();
void openPage({ settings: readSettings(), network: socketIo, clock: browserClock, open: openRows });
