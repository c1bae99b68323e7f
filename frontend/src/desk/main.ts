import "../styles/all.css";
import "../kit/htmx";
