"""Addresses of batches, below those of resources in the admin."""

from __future__ import annotations

from django.urls import path

from media_library.editing.batch import answers, pages

_ONE = "resources/batches/<slug:token>/"

urlpatterns = [
    path("resources/known/", answers.known_files, name="kho57_known"),
    path("resources/batches/", pages.mine, name="kho57_batches"),
    path("resources/batches/add/", pages.start, name="kho57_batch_add"),
    path(_ONE, pages.page, name="kho57_batch"),
    path(f"{_ONE}state/", answers.state, name="kho57_batch_state"),
    path(f"{_ONE}files/", answers.name_files, name="kho57_batch_files"),
    path(f"{_ONE}begin/", answers.begin, name="kho57_batch_begin"),
    path(f"{_ONE}cell/", answers.save_cell, name="kho57_batch_cell"),
    path(f"{_ONE}common/", answers.save_common, name="kho57_batch_common"),
    path(f"{_ONE}apply/", answers.apply, name="kho57_batch_apply"),
    path(f"{_ONE}leave/", answers.leave_out, name="kho57_batch_leave"),
    path(f"{_ONE}back/", answers.bring_back, name="kho57_batch_back"),
    path(f"{_ONE}anyway/", answers.take_anyway, name="kho57_batch_anyway"),
    path(f"{_ONE}beside/", answers.put_beside, name="kho57_batch_beside"),
    path(f"{_ONE}send/", answers.send, name="kho57_batch_send"),
]
