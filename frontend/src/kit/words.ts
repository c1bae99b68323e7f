/** Words shown by scripts: Chinese in the code, English here. A test fails when a phrase has no English. */
export const ENGLISH: Readonly<Record<string, string>> = {
  "剩 {span}": "{span} left",
  "已超 {span}": "{span} late",
  "{n} 天": "{n} d",
  "{n} 小时": "{n} h",
  "{n} 分钟": "{n} min",
  "确认": "Confirm",
  "取消": "Cancel",
  "关闭": "Close",
  "请写明理由": "Please give the reason",
  "理由": "Reason",
  "键盘快捷键": "Keyboard shortcuts",
  "搜索": "Search",
  "下一行、上一行": "Next row, previous row",
  "打开当前行": "Open the current row",
  "选中或取消当前行": "Tick or untick the current row",
  "显示这张表": "Show this list",
  "前往：{place}": "Go to: {place}",
  "已复制": "Copied",
  "复制不成功，请手动选择文字": "Could not copy; please select the text by hand",
  "没有连上服务器，刚才这一步没有保存。请检查网络后再试。":
    "The server could not be reached; this step was not saved. Check the network and try again.",
  "服务器出错了，刚才这一步没有保存。请稍后再试。": "The server failed; this step was not saved. Please try again later.",
  "表格": "Table",
  "图表": "Chart",
  "没有数据": "No data",
  "本视野内 {n} 件": "{n} cases in view",
  "放大后可见单个案件": "Zoom in to see single cases",
  "地图打不开，下面是同样内容的列表。": "The map cannot be shown; the list below has the same content.",
  "地图": "Map",
  "打开": "Open",
  "放大": "Zoom in",
  "缩小": "Zoom out",
  "用当前位置": "Use my position",
  "在地图上选": "Choose on the map",
  "正在定位…": "Finding your position…",
  "已定位，误差约 {m} 米": "Position found, within about {m} m",
  "已在地图上选定": "Chosen on the map",
  "定位不成功。可以在地图上选，或写下地址。": "No position. Choose on the map or write the address.",
  "浏览器没有定位权限。可以在地图上选，或写下地址。":
    "The browser may not use your position. Choose on the map or write the address.",
  "点一下地图，标出发生的位置": "Tap the map where it happened",
  "清除位置": "Clear the position",
  "拍照或选择照片": "Take or choose photos",
  "再加一张": "Add another",
  "移除": "Remove",
  "正在处理照片…": "Preparing photos…",
  "最多 {n} 张": "At most {n}",
  "这个文件太大：{name}": "This file is too large: {name}",
  "正在上传 {percent}%": "Uploading {percent}%",
  "已上传，正在登记…": "Uploaded, registering…",
  "照片 {n}": "Photo {n}",
  "撤销": "Undo",
  "清除": "Clear",
  "点地图加顶点；拖动顶点移动；选中顶点后按 Delete 删除。":
    "Tap the map to add corners; drag a corner to move it; select a corner and press Delete to remove it.",
  "{n} 个顶点，约 {area}": "{n} corners, about {area}",
  "图形自相交，请调整顶点": "The shape crosses itself; please move its corners",
  "顶点 {n}": "Corner {n}",
  "分派给": "Assign to",
  "先选中案件再分派": "Select a case first",
  "手上 {n} 件": "{n} in hand",
  "已选 {n} 件": "{n} selected",
};

const isEnglish = (): boolean => document.documentElement.lang.startsWith("en");

/** The phrase in the page's language, with `{names}` filled in. */
export function t(phrase: string, values: Readonly<Record<string, string | number>> = {}): string {
  const words = isEnglish() ? (ENGLISH[phrase] ?? phrase) : phrase;
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
