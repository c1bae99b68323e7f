"""Why a file is not taken. Each message is fit to show."""

from django.utils.translation import gettext_lazy as _

from linli.kernel.errors import Refused


class FileRefused(Refused):
    """The file itself is at fault; sending it again changes nothing."""

    def __init__(self, message: object) -> None:
        super().__init__(message, field="file")


class FileIdTakenRefused(FileRefused):
    """The id its sender made is another file's already."""


class StorageRefused(Refused):
    """The file is fine, but there is no room for it just now."""


def unknown_kind() -> FileRefused:
    return FileRefused(_("不支持这种文件。可以上传照片、视频、录音、PDF、OFD和办公文档。"))


def too_large(limit_bytes: int) -> FileRefused:
    return FileRefused(_("文件过大，最大%(mb)d MB。") % {"mb": limit_bytes // 1_000_000})


def too_many_pixels(limit: int) -> FileRefused:
    return FileRefused(_("图片尺寸过大，最多%(mp)d百万像素。") % {"mp": limit // 1_000_000})


def damaged() -> FileRefused:
    return FileRefused(_("文件不完整或已损坏，请重新选择。"))


def carries_macros() -> FileRefused:
    return FileRefused(_("文档含有宏，请另存为不含宏的格式后再上传。"))


def unpacks_too_large() -> FileRefused:
    return FileRefused(_("文档解压后过大，已拒绝。"))


def empty() -> FileRefused:
    return FileRefused(_("文件是空的。"))


def changed_on_the_way() -> FileRefused:
    return FileRefused(_("文件在传输中发生变化：收到的内容与手机上计算的校验值不一致，请重新上传。"))


def claim_malformed() -> FileRefused:
    return FileRefused(_("校验值格式不正确，应为64位十六进制SHA-256。"))


def id_taken() -> FileIdTakenRefused:
    return FileIdTakenRefused(_("这个文件编号已用于另一个文件。"))


def storage_full() -> StorageRefused:
    return StorageRefused(_("存储空间不足，文件没有保存，请稍后再试。"), field="file")


def storage_away() -> StorageRefused:
    return StorageRefused(_("存储暂时无法访问，文件没有保存，请稍后再试。"), field="file")
