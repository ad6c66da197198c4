from tests.media_library.conftest import data_folder

__all__ = ["data_folder"]
