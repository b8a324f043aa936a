"""Sentences about cells and about rules over a row. See `messages`."""

from __future__ import annotations

from collections.abc import Mapping

CELL_MESSAGES: Mapping[str, Mapping[str, str]] = {
    # cells: codes and lists
    "sel_kosong": {
        "id": "{tempat} belum diisi. Isi nilainya, atau pilih Nihil / Tidak berlaku / Belum "
        "tersedia di portal dan tulis alasannya.",
        "en": "{tempat} is blank. Fill it in, or choose Nil / Not applicable / Not yet available "
        "on the portal and say why.",
    },
    "kode_salah": {
        "id": '{tempat}: kode "{nilai}" bukan kode indikator ini. Tulis {harus}.',
        "en": '{tempat}: "{nilai}" is not the code of this indicator. Write {harus}.',
    },
    "kode_disesuaikan": {
        "id": '{tempat}: kode "{nilai}" dibaca sebagai {menjadi}.',
        "en": '{tempat}: the code "{nilai}" was read as {menjadi}.',
    },
    "tahun_salah": {
        "id": '{tempat}: tahun "{nilai}" tidak sesuai; tabel ini untuk tahun {harus}. Perbaiki '
        "tahunnya, atau unggah di isian tahun yang benar.",
        "en": '{tempat}: the year "{nilai}" does not fit; this table is for {harus}. Mend the '
        "year, or upload the file where that year is filled in.",
    },
    "wilayah_tidak_dikenal": {
        "id": '{tempat}: kode wilayah "{nilai}" tidak dikenal. Pakai kode Kemendagri sebagai '
        "teks, misalnya {contoh}.",
        "en": '{tempat}: the region code "{nilai}" is not known. Use the Kemendagri code as '
        "text, such as {contoh}.",
    },
    "wilayah_dua_arti": {
        "id": '{tempat}: "{nilai}" dapat berarti {daftar}. Tulis kode wilayahnya.',
        "en": '{tempat}: "{nilai}" can mean {daftar}. Write the region code.',
    },
    "wilayah_dipadankan": {
        "id": '{tempat}: "{nilai}" dibaca sebagai wilayah {menjadi}.',
        "en": '{tempat}: "{nilai}" was read as the region {menjadi}.',
    },
    "tidak_ada_di_pilihan": {
        "id": '{tempat}: "{nilai}" tidak ada di pilihan. Pilih: {pilihan}.',
        "en": '{tempat}: "{nilai}" is not one of the choices. Choose: {pilihan}.',
    },
    # cells: numbers
    "bukan_angka": {
        "id": '{tempat}: "{nilai}" bukan angka. Tulis angkanya saja, misalnya 98,63.',
        "en": '{tempat}: "{nilai}" is not a number. Write just the number, such as 98,63.',
    },
    "angka_dua_arti": {
        "id": '{tempat}: "{nilai}" dapat berarti {desimal} (dengan koma desimal) atau {ribuan} '
        "(dengan ribuan). Tulis {cara_desimal} untuk yang pertama, {cara_ribuan} untuk yang kedua.",
        "en": '{tempat}: "{nilai}" can mean {desimal} (decimal comma) or {ribuan} (thousands). '
        "Write {cara_desimal} for the first, {cara_ribuan} for the second.",
    },
    "angka_dua_arti_kolom": {
        "id": '{tempat}: {jumlah} sel kolom ini ditulis seperti "{nilai}", yang dapat berarti '
        "{desimal} (dengan koma desimal) atau {ribuan} (dengan ribuan). Pilih sekali untuk semua "
        "sel itu, atau tulis {cara_desimal} atau {cara_ribuan} di berkas.",
        "en": '{tempat}: {jumlah} cells of this column are written like "{nilai}", which can mean '
        "{desimal} (decimal comma) or {ribuan} (thousands). Choose once for all of them, or write "
        "{cara_desimal} or {cara_ribuan} in the file.",
    },
    "angka_strip": {
        "id": "{tempat} berisi tanda strip. Tulis 0 bila memang nol; bila belum ada datanya, "
        "kosongkan dan nyatakan alasannya di portal.",
        "en": "{tempat} holds a dash. Write 0 when it is zero; when there is no data, leave it "
        "blank and give the reason on the portal.",
    },
    "angka_pemisah_kacau": {
        "id": '{tempat}: titik dan koma pada "{nilai}" tidak membentuk satu angka. Tulis koma '
        "hanya untuk desimal, misalnya 12345,6.",
        "en": '{tempat}: the dots and commas of "{nilai}" do not make one number. Use a comma '
        "for decimals only, such as 12345,6.",
    },
    "angka_perkiraan": {
        "id": '{tempat}: "{nilai}" perkiraan. Tulis satu angka pasti, dan jelaskan di kolom '
        "keterangan.",
        "en": '{tempat}: "{nilai}" is an estimate. Write one exact number and explain it in the '
        "remarks.",
    },
    "angka_ilmiah": {
        "id": '{tempat}: "{nilai}" ditulis dengan pangkat sehingga sebagian angkanya hilang. '
        "Tulis angka lengkapnya.",
        "en": '{tempat}: "{nilai}" is written with an exponent and has lost digits. Write the '
        "whole number.",
    },
    "angka_satuan_lain": {
        "id": '{tempat}: "{nilai}" memakai satuan yang bukan satuan kolom ini. Tulis angkanya '
        "saja dalam satuan kolom.",
        "en": '{tempat}: "{nilai}" has a unit that is not this column\'s. Write just the number '
        "in the column's unit.",
    },
    "angka_berspasi": {
        "id": '{tempat}: ada spasi di tengah "{nilai}". Tulis satu angka tanpa spasi.',
        "en": '{tempat}: there is a space inside "{nilai}". Write one number without spaces.',
    },
    "angka_minus_lain": {
        "id": '{tempat}: tanda di depan "{nilai}" bukan tanda minus. Bila negatif, tulis dengan '
        "tanda minus biasa, misalnya -5.",
        "en": '{tempat}: the mark before "{nilai}" is no minus sign. If it is negative, use an '
        "ordinary minus, such as -5.",
    },
    "angka_terlalu_panjang": {
        "id": '{tempat}: "{nilai}" terlalu panjang untuk satu angka. Periksa lagi isinya.',
        "en": '{tempat}: "{nilai}" is too long for one number. Look at it again.',
    },
    "angka_bertanda": {
        "id": '{tempat}: "{nilai}" dibaca {menjadi}; tanda di luar angka tidak ikut dibaca.',
        "en": '{tempat}: "{nilai}" was read as {menjadi}; marks beside the number were left out.',
    },
    "angka_gaya_inggris": {
        "id": '{tempat}: "{nilai}" ditulis cara Inggris dan dibaca {menjadi}.',
        "en": '{tempat}: "{nilai}" is in English style and was read as {menjadi}.',
    },
    "titik_desimal": {
        "id": '{tempat}: titik pada "{nilai}" dibaca sebagai koma desimal: {menjadi}.',
        "en": '{tempat}: the dot of "{nilai}" was read as a decimal comma: {menjadi}.',
    },
    "bukan_bulat": {
        "id": '{tempat}: "{nilai}" harus bilangan bulat, tanpa koma.',
        "en": '{tempat}: "{nilai}" must be a whole number.',
    },
    "tanggal_di_angka": {
        "id": "{tempat}: Excel mengubah isi sel ini menjadi tanggal ({nilai}). Ubah format sel "
        "menjadi Teks, lalu tulis lagi isinya.",
        "en": "{tempat}: Excel turned this cell into a date ({nilai}). Set the cell's format to "
        "Text, then type it again.",
    },
    "sel_persen": {
        "id": "{tempat} berformat persen; dibaca {menjadi}.",
        "en": "{tempat} has a percent format; it was read as {menjadi}.",
    },
    "sel_galat": {
        "id": "{tempat} berisi galat Excel {nilai}. Perbaiki rumusnya atau tulis angkanya.",
        "en": "{tempat} holds the Excel error {nilai}. Mend the formula or write the number.",
    },
    "rumus_tanpa_hasil": {
        "id": "{tempat}: rumus di sel ini belum punya hasil. Buka di Excel, simpan, lalu unggah "
        "lagi.",
        "en": "{tempat}: the formula in this cell has no result yet. Open the file in Excel, save "
        "it, then upload again.",
    },
    # cells: other types and constraints
    "tipe_salah": {
        "id": '{tempat}: "{nilai}" tidak sesuai; kolom ini berisi {tipe}.',
        "en": '{tempat}: "{nilai}" does not fit; this column holds {tipe}.',
    },
    "di_bawah_batas": {
        "id": "{tempat}: {nilai} kurang dari batas bawah {batas}. Periksa angkanya.",
        "en": "{tempat}: {nilai} is below the lowest allowed, {batas}. Check the number.",
    },
    "di_atas_batas": {
        "id": "{tempat}: {nilai} lebih dari batas atas {batas}. Periksa angkanya.",
        "en": "{tempat}: {nilai} is above the highest allowed, {batas}. Check the number.",
    },
    "panjang_salah": {
        "id": '{tempat}: panjang "{nilai}" tidak sesuai; batasnya {batas} huruf.',
        "en": '{tempat}: the length of "{nilai}" does not fit; the limit is {batas} characters.',
    },
    "pola_salah": {
        "id": '{tempat}: bentuk "{nilai}" tidak sesuai dengan yang diminta kolom ini.',
        "en": '{tempat}: "{nilai}" does not have the form this column asks for.',
    },
    "nilai_ganda": {
        "id": '{tempat}: "{nilai}" sudah dipakai pada baris {baris_lain}.',
        "en": '{tempat}: "{nilai}" is already used in row {baris_lain}.',
    },
    # rules over a row
    "capaian_berbeda": {
        "id": "{tempat}: capaian tertulis {tertulis}, hasil hitung {rincian} = {hasil}. Pakai "
        "hasil hitung, atau perbaiki bagian-bagiannya.",
        "en": "{tempat}: the result is written as {tertulis}, computed from its parts ({rincian}) "
        "it is {hasil}. Use the computed one, or mend the parts.",
    },
    "capaian_dihitung": {
        "id": "{tempat} kosong; dihitung dari bagiannya: {rincian} = {hasil}.",
        "en": "{tempat} is blank; computed from its parts: {rincian} = {hasil}.",
    },
    "penyebut_nol": {
        "id": "{tempat}: penyebut 0, capaian tidak dapat dihitung. Perbaiki penyebutnya, atau "
        "pilih Nihil / Tidak berlaku di portal bila memang demikian.",
        "en": "{tempat}: the denominator is 0, so there is no result. Mend it, or choose Nil / "
        "Not applicable on the portal when that is so.",
    },
    "bobot_tidak_100": {
        "id": "{tempat}: jumlah bobot harus 100. Perbaiki bobotnya.",
        "en": "{tempat}: the weights must add up to 100. Mend the weights.",
    },
    "persen_lebih_100": {
        "id": "{tempat}: {nilai} melebihi 100 persen. Periksa apakah pembilang lebih besar "
        "daripada penyebut.",
        "en": "{tempat}: {nilai} is above 100 percent. Check whether the numerator is larger than "
        "the denominator.",
    },
    "di_luar_wajar": {
        "id": "{tempat}: {nilai} tidak lazim (biasanya {batas}). Pastikan angkanya benar.",
        "en": "{tempat}: {nilai} is unusual (commonly {batas}). Make sure that it is right.",
    },
    "hitungan_belum_lengkap": {
        "id": "Kesalahan terlalu banyak; sebagian belum dihitung. Perbaiki dulu yang sudah ada.",
        "en": "There are too many errors; not all were counted. Mend these first.",
    },
}
