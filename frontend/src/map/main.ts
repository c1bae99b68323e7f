import "maplibre-gl/dist/maplibre-gl.css";
import "../styles/map.css";
import "./linli-map";
import "./linli-draw";
