import "../styles/all.css";
import "../styles/resident.css";
import "../kit/htmx";
import "../kit/clock";
import "../kit/passkey";
import "../kit/photos";
import "../map/place-picker";
import "./report";
import { watchConfirms } from "../kit/confirm";
import { watchSmall } from "../kit/small";
import { watchSpeech } from "../kit/speak";
import { watchToasts } from "../kit/toast";
import { watchUploads } from "../kit/upload";

watchConfirms();
watchSmall();
watchSpeech();
watchToasts();
watchUploads();
