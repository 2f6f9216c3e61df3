/** For every page that has a form marked `data-forget` and is not the live page. */
import { forgetBeforeLeaving } from "../keeping/forget";

forgetBeforeLeaving();
